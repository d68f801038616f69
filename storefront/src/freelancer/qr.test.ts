import { encode } from "uqr";
import { expect, it, vi } from "vitest";
import { code, drawing } from "@/freelancer/qr";

vi.mock("uqr", async (original) => {
  const real = await original<typeof import("uqr")>();
  return { ...real, encode: vi.fn(real.encode) };
});

const URL_OF_LINK = "https://seatwise.example/l/rPK13hSMXHBv";

it("the code says the link's address, and nothing else", () => {
  code(URL_OF_LINK);
  expect(vi.mocked(encode).mock.lastCall?.[0]).toBe(URL_OF_LINK);
});

it("the drawing has every black module of the code, and white all around", () => {
  const { size, path } = code(URL_OF_LINK);
  const { data } = encode(URL_OF_LINK, { ecc: "M", border: 4 });
  const drawn = data.map((row) => row.map(() => false));
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    const row = drawn[Number(y)] ?? [];
    for (let at = Number(x); at < Number(x) + Number(length); at++) row[at] = true;
  }
  expect(drawn).toEqual(data);
  expect(size).toBe(data.length);
  expect(drawn.slice(0, 4).flat().some(Boolean)).toBe(false);
});

it("the file is a drawing of its own, black on white", async () => {
  const file = drawing(code(URL_OF_LINK));
  expect(file.type).toBe("image/svg+xml");
  expect(await file.text()).toMatch(/^<svg xmlns=.*fill="#fff".*fill="#000".*<\/svg>$/);
});
