import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import { type ReactNode, useEffect, useRef } from "react";

interface Given {
  title: string;
  intent?: "success" | "warning" | "info" | "error";
  children?: ReactNode;
}

/** How something ended: seen, heard, and where the keyboard goes on. */
export function Said({ title, intent = "success", children }: Given) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <div ref={place} tabIndex={-1} role={intent === "error" ? "alert" : "status"}>
      {/* The box around it is what is announced. */}
      <MessageBar intent={intent} layout="multiline" role="presentation">
        <MessageBarBody>
          <MessageBarTitle>{title}</MessageBarTitle> {children}
        </MessageBarBody>
      </MessageBar>
    </div>
  );
}
