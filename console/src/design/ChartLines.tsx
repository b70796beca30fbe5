import { LineChart } from "echarts/charts";
import { use } from "echarts/core";
import { LabelLayout } from "echarts/features";

// Before a chart is made, which knows only what was there then.
use([LineChart, LabelLayout]);

/** The picture of charts with lines or areas. */
export { default } from "./ChartCanvas";
