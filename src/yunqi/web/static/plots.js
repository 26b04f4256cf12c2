// Draws what `[data-plot]` holds as JSON, with ECharts on a canvas. Its words come from the server; tooltips are drawn on the
// canvas too, so that no inline style is needed.
window.yunqiPlots = (() => {
  "use strict";
  const colours = ["#1d56a8", "#c2701c", "#2f855a", "#8250a8", "#5b6b7c", "#b3261e"];
  const states = { green: "#5aa878", red: "#b3261e", orange: "#d98a2b", grey: "#aeb8c4", blue: "#3b7bd0" };
  const font = getComputedStyle(document.body).fontFamily;
  const beijing = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" });
  const number = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 6 });
  const say = (value, unit) => (value === null || value === undefined ? "—" : `${number.format(value)}${unit ? ` ${unit}` : ""}`);
  const hours = (value) => beijing.format(new Date(value));
  const axisTime = (value) => {
    const [day, time] = hours(value).split(" ");
    return time === "00:00" ? day.slice(5) : time;
  };

  const base = (data) => ({
    animation: false,
    aria: { enabled: false }, // the table beside it says the same
    color: colours,
    textStyle: { fontFamily: font, fontSize: 12, color: "#566475" },
    grid: { left: 8, right: 20, top: data.series && data.series.length > 1 ? 36 : 20, bottom: 8, containLabel: true },
    tooltip: { renderMode: "richText", confine: true, backgroundColor: "#fff", borderColor: "#dfe4ea", textStyle: { color: "#1c2733", fontSize: 12, fontFamily: font } },
  });

  const rowLabel = { width: window.innerWidth < 640 ? 76 : 160, overflow: "truncate" };

  const xAxis = (data) =>
    data.x === "category"
      ? { type: "category", data: data.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: "#c9d1da" } } }
      : { type: "time", axisLabel: { formatter: axisTime, hideOverlap: true }, axisLine: { lineStyle: { color: "#c9d1da" } } };

  const lines = (data) => {
    const option = base(data);
    option.tooltip.trigger = "axis";
    option.tooltip.valueFormatter = (value) => say(value, data.unit);
    if (data.x !== "category") option.tooltip.axisPointer = { label: { formatter: (each) => hours(each.value) } };
    if (data.series.length > 1) option.legend = { top: 0, left: 0, itemWidth: 14, itemHeight: 8 };
    option.xAxis = xAxis(data);
    option.yAxis = { type: "value", name: data.unit || "", nameTextStyle: { align: "left" }, min: data.least ?? undefined, max: data.most ?? undefined, scale: data.kind === "line", splitLine: { lineStyle: { color: "#eef1f4" } } };
    if (data.unit) option.grid.top += 14;
    option.series = data.series.map((series, place) => ({
      name: series.name,
      type: data.kind === "bar" ? "bar" : "line",
      stack: data.stacked ? "all" : undefined,
      step: data.step ? "end" : undefined,
      barMaxWidth: 36,
      showSymbol: series.points.length < 40,
      symbolSize: 5,
      connectNulls: false, // what was not measured is a gap
      areaStyle: data.kind === "area" ? { opacity: 0.18 } : undefined,
      data: series.points,
      markLine: place || !data.limits.length ? undefined : {
        silent: true, symbol: "none", lineStyle: { color: "#b3261e", type: "dashed" },
        label: { position: "insideEndTop", formatter: "{b}", color: "#b3261e" },
        data: data.limits.map((limit) => ({ name: limit.words, yAxis: limit.value })),
      },
    }));
    return option;
  };

  const heatmap = (data) => {
    const option = base(data);
    option.grid.top = 8;
    option.grid.bottom = 44;
    option.tooltip.formatter = (each) => `${data.rows[each.value[1]]} ${data.categories[each.value[0]]}\n${say(each.value[2], data.unit)}`;
    option.xAxis = { type: "category", data: data.categories, splitArea: { show: false } };
    option.yAxis = { type: "category", data: data.rows, inverse: true, axisLabel: rowLabel };
    const values = data.cells.map((cell) => cell[2]).filter((value) => value !== null);
    option.visualMap = { min: Math.min(0, ...values), max: Math.max(1, ...values), calculable: false, orient: "horizontal", left: "center", bottom: 0, itemHeight: 90, inRange: { color: data.bad ? ["#f3f6f9", "#e8a49f", "#b3261e"] : ["#f3f6f9", "#8fb4e3", "#1d56a8"] } };
    option.series = [{ type: "heatmap", data: data.cells, itemStyle: { borderColor: "#fff", borderWidth: 1 } }];
    return option;
  };

  const timeline = (data) => {
    const option = base(data);
    option.grid.top = 8;
    option.tooltip.formatter = (each) => `${data.rows[each.value[0]]}\n${hours(each.value[1])} – ${hours(each.value[2])}\n${each.name}`;
    option.xAxis = { ...xAxis(data), min: data.from, max: data.to };
    option.yAxis = { type: "category", data: data.rows, inverse: true, axisTick: { show: false }, axisLine: { show: false }, axisLabel: rowLabel };
    option.series = [{
      type: "custom",
      encode: { x: [1, 2], y: 0 },
      data: data.spans.map((span) => ({ name: span.words, value: [span.row, Date.parse(span.start), Date.parse(span.end)], itemStyle: { color: states[span.colour] } })),
      renderItem: (_params, api) => {
        const start = api.coord([api.value(1), api.value(0)]);
        const end = api.coord([api.value(2), api.value(0)]);
        const height = Math.min(api.size([0, 1])[1] * 0.6, 22);
        return { type: "rect", shape: { x: start[0], y: start[1] - height / 2, width: Math.max(end[0] - start[0], 2), height }, style: { fill: api.visual("color") } };
      },
    }];
    return option;
  };

  const draw = (root) => {
    for (const place of root.querySelectorAll("[data-plot]:not([data-drawn])")) {
      const data = JSON.parse(place.querySelector("script[type='application/json']").textContent);
      const canvas = document.createElement("div");
      canvas.className = "yq-plot-canvas";
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", data.title);
      place.prepend(canvas);
      place.dataset.drawn = "1";
      // A script may set what the policy forbids in markup.
      if (data.rows) canvas.style.height = `${data.rows.length * (data.kind === "heatmap" ? 34 : 40) + (data.kind === "heatmap" ? 80 : 50)}px`;
      const chart = window.echarts.init(canvas, null, { renderer: "canvas" });
      chart.setOption(({ heatmap, timeline }[data.kind] || lines)(data));
      new ResizeObserver(() => chart.resize()).observe(canvas);
      const table = place.querySelector("details");
      if (table) table.open = false;
    }
  };
  return { draw };
})();
