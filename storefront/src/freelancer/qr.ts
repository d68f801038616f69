import { encode } from "uqr";

/** White around the code, in modules: what scanners ask for. */
const BORDER = 4;

export interface Code {
  /** Modules on each side. */
  size: number;
  /** The black modules, as the path of a drawing of that size. */
  path: string;
}

/** The QR code of an address; readable with a seventh of it covered. */
export function code(address: string): Code {
  const { size, data } = encode(address, { ecc: "M", border: BORDER });
  let path = "";
  data.forEach((row, y) => {
    row.forEach((isBlack, x) => {
      if (!isBlack || row[x - 1]) return; // a run begins where the module before it is white
      const end = row.indexOf(false, x);
      const length = (end === -1 ? row.length : end) - x;
      path += `M${x} ${y}h${length}v1h-${length}z`;
    });
  });
  return { size, path };
}

/** The same as a file of its own, which can be printed in any size. */
export function drawing({ size, path }: Code): Blob {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${path}"/></svg>`;
  return new Blob([svg], { type: "image/svg+xml" });
}
