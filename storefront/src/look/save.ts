/** Saves something as a file where the browser keeps its downloads. */
export function save(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  // Some browsers read it only after the click has gone through.
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
