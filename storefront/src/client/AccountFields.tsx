import { Label, makeStyles, mergeClasses, Radio, RadioGroup, Text, tokens } from "@fluentui/react-components";
import { useId } from "react";
import type { AccountForm } from "@/client/accountForm";
import { PrefixField } from "@/client/PrefixField";
import { useTexts } from "@/client/texts";
import { AddressFields } from "@/form/AddressFields";
import type { Draft } from "@/form/draft";
import { TextField } from "@/form/TextField";
import { Panel } from "@/look/Panel";

const useStyles = makeStyles({
  cards: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 260px), 1fr))",
    gap: tokens.spacingHorizontalM,
    alignItems: "stretch",
  },
  card: {
    display: "flex",
    padding: tokens.spacingHorizontalS,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
  },
  chosen: {
    // outlined, so that nothing moves when the border grows
    outline: `2px solid ${tokens.colorCompoundBrandStroke}`,
    outlineOffset: "-2px",
  },
  radio: { width: "100%", alignItems: "flex-start", "& > label": { alignSelf: "flex-start" } },
  words: { display: "flex", flexDirection: "column", gap: tokens.spacingVerticalXXS },
  quiet: { color: tokens.colorNeutralForeground3 },
  names: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 220px), 1fr))",
    alignItems: "start",
    gap: tokens.spacingHorizontalM,
  },
});

/** Everything that Microsoft wants to know of an account (R21–R24). */
export function AccountFields({ draft, id }: { draft: Draft<AccountForm>; id: string }) {
  const styles = useStyles();
  const { t } = useTexts();
  const question = useId();
  const existing = draft.value.existing_customer;

  return (
    <>
      <Panel>
        <Label id={question} weight="semibold" size="large">
          {t("account.which")}
        </Label>
        <RadioGroup
          aria-labelledby={question}
          className={styles.cards}
          value={existing ? "existing" : "new"}
          onChange={(_, { value }) => draft.set("/existing_customer", value === "existing")}
        >
          {(["new", "existing"] as const).map((each) => (
            <div
              key={each}
              className={mergeClasses(styles.card, (each === "existing") === existing && styles.chosen)}
            >
              <Radio
                className={styles.radio}
                value={each}
                label={
                  <span className={styles.words}>
                    <Text weight="semibold">{t(`account.${each}`)}</Text>
                    <Text size={200} className={styles.quiet}>
                      {t(`account.${each}_text`)}
                    </Text>
                  </span>
                }
              />
            </div>
          ))}
        </RadioGroup>
        {existing ? (
          <TextField
            draft={draft}
            at="/domain"
            label={t("account.domain")}
            hint={t("account.domain_hint")}
            required
            autoComplete="off"
          />
        ) : (
          <PrefixField draft={draft} id={id} />
        )}
      </Panel>
      <Panel title={t("account.company")}>
        <TextField
          draft={draft}
          at="/account_name"
          label={t("account.name")}
          hint={t("account.name_hint")}
          required
          autoComplete="organization"
        />
        <AddressFields draft={draft} />
      </Panel>
      <Panel title={t("account.contact")}>
        <Text className={styles.quiet}>{t("account.contact_text")}</Text>
        <div className={styles.names}>
          <TextField
            draft={draft}
            at="/primary_contact/first_name"
            label={t("account.first_name")}
            required
            autoComplete="given-name"
          />
          <TextField
            draft={draft}
            at="/primary_contact/last_name"
            label={t("account.last_name")}
            required
            autoComplete="family-name"
          />
          <TextField
            draft={draft}
            at="/primary_contact/email"
            label={t("account.email")}
            required
            type="email"
            autoComplete="email"
          />
          <TextField
            draft={draft}
            at="/primary_contact/phone"
            label={t("account.phone")}
            hint={t("account.phone_hint")}
            required
            type="tel"
            autoComplete="tel"
          />
        </div>
      </Panel>
    </>
  );
}
