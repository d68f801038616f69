import type { Page } from "@playwright/test";

export const STRIPE = "js.stripe.com";

/** What a cardholder types, and what the simulated Stripe knows the card by. */
const CARDS = {
  "4242 4242 4242 4242": "pm_card_visa",
  "4000 0025 0000 3155": "pm_card_authenticationRequired",
};

/**
 * Stripe's script, as far as the storefront speaks to it, from Stripe's own address: what it would ask its
 * servers, it asks the sandbox. `bank` is what the cardholder answers where the bank asks; `tried` is the card
 * that a payment was tried with before, as at a renewal.
 */
export async function pretendStripe(
  page: Page,
  told: { bank?: boolean; tried?: string } = {},
): Promise<void> {
  const body = `(${script.toString()})(${JSON.stringify({ cards: CARDS, bank: true, tried: null, ...told })})`;
  await page.route(`https://${STRIPE}/**`, (route) =>
    route.fulfill({ contentType: "text/javascript", body: `${body};` }),
  );
}

interface Told {
  cards: Record<string, string>;
  bank: boolean;
  tried: string | null;
}

type Heard = Record<string, unknown>;

/** Runs in the page. */
function script(told: Told): void {
  const post = async (path: string, said: Heard): Promise<Heard> => {
    const answer = await fetch(path, { method: "POST", body: JSON.stringify(said) });
    return (await answer.json()) as Heard;
  };
  class CardField {
    private readonly field = document.createElement("input");
    private readonly listeners = new Map<string, (event: Heard) => void>();

    constructor(options: { disabled?: boolean }) {
      this.field.setAttribute("aria-label", "Card number");
      this.update(options);
    }
    get paymentMethod(): string | undefined {
      return told.cards[this.field.value];
    }
    mount(place: HTMLElement): void {
      place.append(this.field);
      queueMicrotask(() => this.listeners.get("ready")?.({ elementType: "card" }));
    }
    update(options: { disabled?: boolean }): void {
      this.field.disabled = options.disabled ?? false;
    }
    on(event: string, listener: (event: Heard) => void): void {
      this.listeners.set(event, listener);
    }
    off(event: string): void {
      this.listeners.delete(event);
    }
    once(): void {}
    focus(): void {
      this.field.focus();
    }
    unmount(): void {
      this.field.remove();
    }
    destroy(): void {
      this.unmount();
    }
  }
  const WRONG = { error: { type: "validation_error", message: "Your card number is invalid." } };
  const answerBank = async (clientSecret: string) => {
    const paymentIntent = await post("/sandbox/payments/authenticate", {
      client_secret: clientSecret,
      succeed: told.bank,
    });
    return told.bank
      ? { paymentIntent }
      : { error: { code: "payment_intent_authentication_failure", message: "The bank said no." } };
  };
  const made = (key: string) => ({
    key,
    elements: () => {
      let field: CardField | null = null;
      return {
        create: (_kind: string, options: { disabled?: boolean }) => {
          field = new CardField(options);
          return field;
        },
        getElement: () => field,
        update: () => {},
      };
    },
    registerAppInfo: () => {},
    _registerWrapper: () => {},
    createToken: () => Promise.reject(new Error("not wanted")),
    createPaymentMethod: async ({ card }: { card: CardField }) =>
      card.paymentMethod ? { paymentMethod: { id: card.paymentMethod } } : WRONG,
    confirmCardSetup: async (
      clientSecret: string,
      { payment_method }: { payment_method: { card: CardField } },
    ) => {
      const chosen = payment_method.card.paymentMethod;
      if (!chosen) return WRONG;
      await post("/sandbox/payments/finish-setup", { client_secret: clientSecret, payment_method: chosen });
      return { setupIntent: { status: "succeeded" } };
    },
    retrievePaymentIntent: async () => ({
      paymentIntent: told.tried
        ? {
            status: "requires_payment_method",
            last_payment_error: { payment_method: { id: told.tried } },
          }
        : { status: "requires_action" },
    }),
    confirmCardPayment: async (clientSecret: string, { payment_method }: { payment_method: string }) => {
      if (payment_method !== told.tried) throw new Error(`not with ${payment_method}`);
      return answerBank(clientSecret);
    },
    handleNextAction: async ({ clientSecret }: { clientSecret: string }) => answerBank(clientSecret),
  });
  (globalThis as unknown as Heard).Stripe = Object.assign(made, { version: 3 });
}
