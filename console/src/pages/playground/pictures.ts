/** Pictures that a message shows to the model: they lie in it as data: addresses, nothing is fetched from anywhere. */

export type Picture = { name: string; url: string };

const kinds = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export const pictureKinds = kinds.join(",");

const maxBytes = 8 * 1024 * 1024;

export function isPicture(value: unknown): value is Picture {
  const p = value as Partial<Picture> | null;
  return (
    typeof p === "object" &&
    p !== null &&
    typeof p.name === "string" &&
    typeof p.url === "string" &&
    /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*$/.test(p.url)
  );
}

/** The pictures of some files, and why the others are none. */
export async function readPictures(files: Iterable<File>): Promise<{ pictures: Picture[]; refused: string[] }> {
  const pictures: Picture[] = [];
  const refused: string[] = [];
  for (const file of files)
    if (!kinds.includes(file.type)) refused.push(`${file.name} is no picture in PNG, JPEG, GIF or WebP.`);
    else if (file.size > maxBytes) refused.push(`${file.name} is larger than 8 MB.`);
    else pictures.push({ name: file.name, url: await addressOf(file) });
  return { pictures, refused };
}

function addressOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
