/** The time machine: only in the sandbox. */
export function Machine() {
  return null;
}
