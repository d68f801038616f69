import {
  AlertRegular,
  ArrowClockwiseRegular,
  ArrowUndoRegular,
  BuildingRegular,
  CalendarSyncRegular,
  CartRegular,
  CheckmarkCircleRegular,
  DismissCircleRegular,
  DocumentSignatureRegular,
  HistoryRegular,
  HourglassRegular,
  PaymentRegular,
  PeopleSettingsRegular,
  PlayCircleRegular,
  ProhibitedRegular,
  ShieldRegular,
  WarningRegular,
} from "@fluentui/react-icons";
import type { ReactElement } from "react";
import type { Schemas } from "@/api/client";

type Event = Schemas["Event"];

const ICONS: Partial<Record<string, ReactElement>> = {
  purchased: <CartRegular />,
  account_submitted: <BuildingRegular />,
  account_approved: <CheckmarkCircleRegular />,
  account_rejected: <WarningRegular />,
  agreement_offered: <DocumentSignatureRegular />,
  agreement_accepted: <DocumentSignatureRegular />,
  order_placed: <HourglassRegular />,
  microsoft_refused: <WarningRegular />,
  activated: <PlayCircleRegular />,
  activation_lapsed: <DismissCircleRegular />,
  canceled: <DismissCircleRegular />,
  auto_renew_set: <CalendarSyncRegular />,
  reminded: <AlertRegular />,
  window_closed: <HourglassRegular />,
  renewal_begun: <ArrowClockwiseRegular />,
  renewed: <ArrowClockwiseRegular />,
  renewal_declined: <PaymentRegular />,
  renewal_given_up: <PaymentRegular />,
  renewal_called_off: <PaymentRegular />,
  term_ended: <HourglassRegular />,
  expiry_lapsed: <DismissCircleRegular />,
  suspended: <ProhibitedRegular />,
  reinstated: <PlayCircleRegular />,
  delegation_requested: <PeopleSettingsRegular />,
  delegation_approved: <PeopleSettingsRegular />,
  delegation_rejected: <PeopleSettingsRegular />,
  delegation_ended: <PeopleSettingsRegular />,
  grant_requested: <ShieldRegular />,
  grant_active: <ShieldRegular />,
  grant_ended: <ShieldRegular />,
  refunded: <ArrowUndoRegular />,
  refund_failed: <WarningRegular />,
  disputed: <WarningRegular />,
  dispute_closed: <CheckmarkCircleRegular />,
  refunded_elsewhere: <ArrowUndoRegular />,
};

/** Everything that can happen to a subscription, by the API's names. */
export const CODES = Object.keys(ICONS);

/** A picture of what happened; one of history for what is new to us. */
export function icon(event: Event): ReactElement {
  return ICONS[event.event] ?? <HistoryRegular />;
}

/** Under which key its words are: turning renewal on and off is one event, and two things to a reader. */
export function saidAs(event: Event): string {
  if (event.event === "auto_renew_set" && typeof event.detail.auto_renew === "boolean")
    return event.detail.auto_renew ? "auto_renew_on" : "auto_renew_off";
  return event.event;
}

/** What is worth reading of an event's own facts. */
export function reasonOf(event: Event): string | null {
  return typeof event.detail.reason === "string" && event.detail.reason ? event.detail.reason : null;
}
