const NAMES: Record<string, string> = {
  amex: "American Express",
  cartes_bancaires: "Cartes Bancaires",
  diners: "Diners Club",
  discover: "Discover",
  jcb: "JCB",
  mastercard: "Mastercard",
  unionpay: "UnionPay",
  visa: "Visa",
};

/** A card's brand as it writes itself; one that we do not know, as the provider calls it. */
export function brandName(brand: string): string {
  return NAMES[brand] ?? brand;
}
