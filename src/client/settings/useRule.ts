/** A form rule made of a pure check: says what is wrong in the sentence of its code. */
import type { FormRule } from 'antd';
import type { ErrorView } from '../../shared/types';
import { errorText, useT } from '../locale';

export function useRule<T>(check: (value: T | undefined) => ErrorView | null): FormRule {
  const t = useT();
  return {
    validator: (_rule, value: T | undefined) => {
      const problem = check(value);
      return problem ? Promise.reject(new Error(errorText(t, problem).sentence)) : Promise.resolve();
    },
  };
}
