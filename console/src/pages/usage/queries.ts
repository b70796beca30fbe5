import { reportQuery } from "../../api/usage";
import { type Asked, queryOf } from "./usage";

export const usageQuery = (asked: Asked) => reportQuery(queryOf(asked));
