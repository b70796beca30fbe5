// What opens under a button, in one file: none of it is needed before somebody uses the page.
export { MenuBox } from "./MenuBox";
export { TimeBox } from "./TimeBox";
