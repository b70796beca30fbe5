/** Pages of providers are named and opened by whoever wants to: nothing of them is loaded here. */
export function SourceLink({ url }: { url: string }) {
  return /^https?:\/\//.test(url) ? (
    <a href={url} target="_blank" rel="noreferrer noopener">
      Source
    </a>
  ) : (
    <span>{url}</span>
  );
}
