import { Skeleton, SkeletonItem } from "@fluentui/react-components";
import type { UseQueryResult } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense } from "react";
import { useCommon } from "@/i18n/common";

// Seldom needed, and not by whoever comes for the first time.
const ProblemNotice = lazy(async () => ({
  default: (await import("@/look/ProblemNotice")).ProblemNotice,
}));

interface Given<T> {
  query: Pick<UseQueryResult<T>, "data" | "error"> & { refetch: () => unknown };
  /** What stands where the content will be, in its measures: lines of 24 px, or your own. */
  waiting?: ReactNode;
  lines?: number;
  children: (data: T) => ReactNode;
}

/** Content that is being read: a place kept for it, what went wrong, or itself. */
export function Loaded<T>({ query, waiting, lines = 4, children }: Given<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) {
    return (
      <Suspense fallback={null}>
        <ProblemNotice error={query.error} retry={() => void query.refetch()} />
      </Suspense>
    );
  }
  return <Waiting>{waiting ?? <Lines count={lines} />}</Waiting>;
}

/** Says that something is being loaded, to whoever sees and to whoever hears. */
export function Waiting({ children }: { children?: ReactNode }) {
  const { t } = useCommon();
  return (
    <Skeleton aria-label={t("say.loading")} aria-busy="true">
      {children ?? <Lines count={4} />}
    </Skeleton>
  );
}

export function Lines({ count }: { count: number }) {
  const lines = Array.from({ length: count }, (_, line) => line);
  return lines.map((line) => (
    <SkeletonItem key={line} size={24} style={{ marginBottom: 12, width: line % 3 === 2 ? "60%" : "100%" }} />
  ));
}
