import { texts } from "@/i18n";

/** The words around a card. */
export const useTexts = texts(
  "payments",
  {
    card: "Card",
    sandbox: "Sandbox",
    test_card: "Test card",
    test_hint: "The sandbox takes no money.",
    instead: "In a real marketplace, the payment provider’s card field is here.",
    cards: {
      visa: "Visa •••• 4242: works",
      mastercard: "Mastercard •••• 4444: works",
      amex: "American Express •••• 8431: works",
      asks: "Visa •••• 3184: the bank asks each time",
      asks_once: "Visa •••• 0446: the bank asks at the purchase only",
      insufficient: "Visa •••• 9995: not enough money",
      declined: "Visa •••• 0002: declined",
      expired: "Visa •••• 0069: expired",
      cvc: "Visa •••• 0127: wrong security code",
      dispute: "Visa •••• 0259: works, and is disputed",
    },
    keep: "Keep this card",
    not_kept: "The card could not be kept. Please try again, or use another one.",
    not_taken: "The card could not be read. Please check it, or use another one.",
    not_loaded: "The card field has not been loaded yet. Please try again in a moment.",
    no_field:
      "The card field could not be loaded. Please check your connection, and whether something blocks js.stripe.com.",
    bank_title: "Your bank asks",
    bank_text:
      "Do you want to make this payment? In the sandbox, you are the bank’s customer and answer for them.",
    bank_confirm: "Confirm the payment",
    bank_refuse: "Refuse",
    bank_waiting: "Your bank is asking you to confirm…",
  },
  {
    card: "Carte",
    sandbox: "Bac à sable",
    test_card: "Carte de test",
    test_hint: "Le bac à sable ne prélève rien.",
    instead: "Sur une vraie place de marché, le champ de carte du prestataire de paiement se trouve ici.",
    cards: {
      visa: "Visa •••• 4242\u00a0: fonctionne",
      mastercard: "Mastercard •••• 4444\u00a0: fonctionne",
      amex: "American Express •••• 8431\u00a0: fonctionne",
      asks: "Visa •••• 3184\u00a0: la banque demande à chaque fois",
      asks_once: "Visa •••• 0446\u00a0: la banque demande à l’achat seulement",
      insufficient: "Visa •••• 9995\u00a0: solde insuffisant",
      declined: "Visa •••• 0002\u00a0: refusée",
      expired: "Visa •••• 0069\u00a0: expirée",
      cvc: "Visa •••• 0127\u00a0: code de sécurité erroné",
      dispute: "Visa •••• 0259\u00a0: fonctionne, puis est contestée",
    },
    keep: "Enregistrer cette carte",
    not_kept: "La carte n’a pas pu être enregistrée. Réessayez ou utilisez-en une autre.",
    not_taken: "La carte n’a pas pu être lue. Vérifiez-la ou utilisez-en une autre.",
    not_loaded: "Le champ de carte n’est pas encore chargé. Réessayez dans un instant.",
    no_field:
      "Le champ de carte n’a pas pu être chargé. Vérifiez votre connexion, et si quelque chose bloque js.stripe.com.",
    bank_title: "Votre banque vous interroge",
    bank_text:
      "Voulez-vous effectuer ce paiement\u00a0? Dans le bac à sable, vous répondez à la place du client de la banque.",
    bank_confirm: "Confirmer le paiement",
    bank_refuse: "Refuser",
    bank_waiting: "Votre banque vous demande de confirmer…",
  },
);
