/** What a schedule of a test starts. @returns what it was told */
export async function scheduled(feed: string): Promise<string> {
  return feed;
}
