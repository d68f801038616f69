import { AddressLines } from "@/client/AddressLines";
import { useTexts } from "@/client/texts";
import { Facts } from "@/look/Facts";

interface Given {
  account: {
    existing_customer: boolean;
    account_name: string;
    address: Parameters<typeof AddressLines>[0]["of"];
    primary_contact: { first_name: string; last_name: string; email: string; phone: string };
  };
  domain: string;
  /** More that is known of it. */
  also?: [string, string | null | undefined][];
}

/** A Microsoft account as it was, or is about to be, submitted. */
export function AccountFacts({ account, domain, also = [] }: Given) {
  const { t } = useTexts();
  const { primary_contact: contact } = account;
  return (
    <Facts
      of={[
        [t("account.kind"), t(account.existing_customer ? "account.kind_existing" : "account.kind_new")],
        [t("page.domain"), domain],
        [t("account.name"), account.account_name],
        [t("account.address"), <AddressLines key="address" of={account.address} />],
        [t("account.contact"), `${contact.first_name} ${contact.last_name}`],
        [t("account.email"), contact.email],
        [t("account.phone"), contact.phone],
        ...also,
      ]}
    />
  );
}
