/** What the pages want of whoever takes payments: Stripe's fields in a stage, a stand-in in the sandbox. */
import type { ComponentType, Ref } from "react";

/** The card was not taken; the message is for its holder, in their language. */
export class CardError extends Error {
  override readonly name = "CardError";
}

export interface CardFormHandle {
  /** The provider's id of the card that was typed in; throws CardError. */
  create(): Promise<string>;
}

export interface CardFormProps {
  ref?: Ref<CardFormHandle>;
  disabled?: boolean;
}

export interface SetUpCardFormProps {
  /** Of `POST /v1/payment-methods/setups`. */
  clientSecret: string;
  onDone: () => void;
}

export interface AskCardholderProps {
  /** Of a payment that the bank asks about. */
  clientSecret: string;
  onDone: (outcome: Outcome) => void;
}

export type Outcome = "done" | "failed";

export interface Provider {
  CardForm: ComponentType<CardFormProps>;
  SetUpCardForm: ComponentType<SetUpCardFormProps>;
  AskCardholder: ComponentType<AskCardholderProps>;
}
