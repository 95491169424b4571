/** The host's button of its assistants stands at the right edge, over everything: what is docked stands beside it. Pixels. */
export const BESIDE_HOST_BUTTON = 64;
