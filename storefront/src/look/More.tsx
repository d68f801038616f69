import { Button } from "@fluentui/react-components";
import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { useCommon } from "@/i18n/common";

/** The next page of a list, if there is one. */
export function More({
  query,
}: {
  query: Pick<UseInfiniteQueryResult, "hasNextPage" | "isFetchingNextPage" | "fetchNextPage">;
}) {
  const { t } = useCommon();
  if (!query.hasNextPage) return null;
  return (
    <Button
      disabledFocusable={query.isFetchingNextPage}
      onClick={() => void query.fetchNextPage()}
      style={{ alignSelf: "center" }}
    >
      {t("act.show_more")}
    </Button>
  );
}
