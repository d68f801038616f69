import { MessageBar, MessageBarBody, makeStyles } from "@fluentui/react-components";
import { useEffect, useRef } from "react";

const useStyles = makeStyles({ done: { outlineStyle: "none" } });

/** What has just been done: read out, and the focus goes there, as what was clicked may be gone. */
export function Done({ text }: { text: string }) {
  const styles = useStyles();
  const place = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (text) place.current?.focus();
  }, [text]);

  return (
    <div role="status" ref={place} tabIndex={-1} className={styles.done} hidden={!text}>
      {text && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>{text}</MessageBarBody>
        </MessageBar>
      )}
    </div>
  );
}
