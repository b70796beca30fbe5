import { Markdown } from "../../design/Markdown";

const text = `The claim has **two** open points; see \`claims/2026/118\`.

1. The quote of [Möbius Floors](https://moebius.example/quote) is for 18 m².
2. The plumber's invoice is not enclosed.

| Item | Amount |
|---|---:|
| Parquet | 2,340.00 EUR |
| Plumber | 410.00 EUR |

<script>alert("text, and no script")</script>

![Photo of the floor](https://photos.example/floor.jpg)

המכתב הגיע ביום 12 בנובמבר.`;

export function Texts() {
  return <Markdown text={text} />;
}
