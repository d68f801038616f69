import { Button, type ButtonProps, makeStyles, tokens } from "@fluentui/react-components";
import { ArrowDownloadRegular } from "@fluentui/react-icons";
import { useState } from "react";
import { api, body } from "@/api/client";
import type { Invoice } from "@/api/queries";
import { useTexts } from "@/billing/texts";
import { ProblemNotice } from "@/look/ProblemNotice";
import { save } from "@/look/save";
import { Unseen } from "@/look/Unseen";

const useStyles = makeStyles({
  whole: {
    display: "inline-flex",
    flexDirection: "column",
    alignItems: "end",
    gap: tokens.spacingVerticalXS,
  },
});

interface Given extends Pick<ButtonProps, "appearance" | "size"> {
  document: Pick<Invoice, "id" | "number">;
  /** In a table: just "PDF", as its row says what of. */
  short?: boolean;
}

/** Saves a document's PDF: it is fetched with the token, which a link would not have. */
export function PdfButton({ document, short, ...look }: Given) {
  const styles = useStyles();
  const { t } = useTexts();
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState("");
  const [error, setError] = useState<unknown>(null);

  const fetchIt = async () => {
    if (busy) return;
    setBusy(true);
    setSaid("");
    setError(null);
    try {
      const file = await body(
        api.GET("/v1/invoices/{id}/pdf", { params: { path: { id: document.id } }, parseAs: "blob" }),
      );
      save(file as unknown as Blob, `${document.number}.pdf`);
      setSaid(t("pdf_saved", { number: document.number }));
    } catch (failed) {
      setError(failed);
    } finally {
      setBusy(false);
    }
  };
  const label = t(short ? "pdf" : "pdf_save");
  return (
    <span className={styles.whole}>
      <Button
        {...look}
        icon={<ArrowDownloadRegular />}
        disabledFocusable={busy}
        aria-label={short ? t("pdf_of", { number: document.number }) : undefined}
        onClick={() => void fetchIt()}
      >
        {busy && !short ? t("pdf_saving") : label}
      </Button>
      <span role="status">
        <Unseen>{said}</Unseen>
      </span>
      {error !== null && <ProblemNotice error={error} retry={() => void fetchIt()} />}
    </span>
  );
}
