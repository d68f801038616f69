import { MessageBar, MessageBarBody } from "@fluentui/react-components";

/** What has just been done; read out as it appears. */
export function Said({ text }: { text: string }) {
  return (
    <div role="status">
      {text && (
        <MessageBar intent="success">
          <MessageBarBody>{text}</MessageBarBody>
        </MessageBar>
      )}
    </div>
  );
}
