"use strict";
(() => {
  const byId = id => document.getElementById(id);
  const head = JSON.parse(document.querySelector("script.report-head").textContent);
  const records = [...document.querySelectorAll("script.report-photo")].map(element => JSON.parse(element.textContent));
  const tail = JSON.parse(document.querySelector("script.report-tail").textContent);
  const photos = records.filter(record => !record.error);
  const errors = records.filter(record => record.error);
  const speaks = head.counterfactual ? "against" : "for";
  const state = {
    photo: 0, class: 0, layer: 0, method: 0, signed: false, opacity: head.opacity, colors: head.colorMap, byHeat: head.byHeat,
  };
  /* Methods by their number: those at a layer, and those of the input; of each group the one that was chosen last. */
  const groups = { layer: [], input: [] };
  head.methods.forEach((method, m) => groups[method.atInput ? "input" : "layer"].push(m));
  const last = { layer: groups.layer[0], input: groups.input[0] };

  /* Elements. Text is only ever set as text. */

  function make(name, attributes, ...children) {
    const element = document.createElement(name);
    fill(element, attributes, children);
    return element;
  }

  function draw(name, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    fill(element, attributes, children);
    return element;
  }

  function fill(element, attributes, children) {
    for (const [key, value] of Object.entries(attributes || {}))
      element.setAttribute(key, value);
    element.append(...children.filter(child => child !== null && child !== undefined));
  }

  /* Numbers. */

  const percent = value => value === null ? "?" : `${(100 * value).toFixed(1)} %`;
  const count = value => value.toLocaleString("en");
  const plural = (value, name, ending) => `${count(value)} ${name}${value === 1 ? "" : ending}`;
  const mebi = bytes => `${(bytes / 1048576).toLocaleString("en", { maximumFractionDigits: 1 })} MiB`;
  const digits = (value, most) => value.toLocaleString("en", { minimumSignificantDigits: most, maximumSignificantDigits: most });
  const time = value => value === null || value === undefined ? "–"
    : value >= 1000 ? `${digits(value / 1000, 3)} s` : `${digits(value, value < 1 ? 2 : 3)} ms`;
  const macs = value => {
    const [unit, name] = value >= 1e9 ? [1e9, "GMAC"] : value >= 1e6 ? [1e6, "MMAC"] : value >= 1e3 ? [1e3, "kMAC"] : [1, "MAC"];
    return value === 0 ? "–" : `${(value / unit).toLocaleString("en", { maximumFractionDigits: unit >= 1e9 ? 2 : 1 })} ${name}`;
  };

  function bytes(base64) {
    const text = atob(base64);
    const result = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++)
      result[i] = text.charCodeAt(i);
    return result;
  }

  function rangeOf(values) {
    let low = Infinity, high = -Infinity;
    for (const value of values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return [low, high];
  }

  /* Maps. */

  const colorMaps = Object.fromEntries(Object.entries(head.colorMaps).map(([name, table]) => [name, bytes(table)]));

  const atInput = method => head.methods[method].atInput;
  const placeOf = (layer, method) => atInput(method) ? "the input" : head.layers[layer].name;
  const places = new Map(head.maps.map(([layer, method], i) => [`${layer} ${method}`, i]));

  /** A map's number among those of a class. */
  const indexOf = (layer, method) => places.get(`${atInput(method) ? -1 : layer} ${method}`);

  function mapOf(photo, classIndex, layer, method) {
    const found = photo.maps[classIndex * head.maps.length + indexOf(layer, method)];
    return typeof found === "number" ? photo.maps[found] : found;
  }

  /** A map's cells between -1 and 1. */
  function signedCells(map) {
    if (!map.signed) {
      const raw = bytes(map.cells);
      const view = new DataView(raw.buffer);
      map.signed = new Float32Array(map.width * map.height);
      for (let i = 0; 2 * i < raw.length; i++)
        map.signed[i] = view.getInt16(2 * i, true) / 32767;
    }
    return map.signed;
  }

  /** Cells whose strongest hundredth is as strong as can be: a few pixels of a fine map would leave the others without colour. */
  function signedShades(map) {
    if (!map.shades) {
      const cells = signedCells(map), strengths = cells.map(Math.abs).sort();
      const full = strengths[Math.floor(0.99 * strengths.length)] || 1;
      map.shades = cells.map(value => Math.max(-1, Math.min(1, value / full)));
    }
    return map.shades;
  }

  /** The positive part, its smallest value 0 and its largest 1, as overlays have it. */
  function positiveCells(map) {
    if (!map.positive) {
      const cells = signedCells(map).map(value => Math.max(0, value));
      const [low, high] = rangeOf(cells);
      map.positive = high > low ? cells.map(value => (value - low) / (high - low)) : cells.fill(0);
    }
    return map.positive;
  }

  /** For each pixel of an edge: the two cells that it lies between, and the second one's weight; null outside of the region. */
  function between(size, cells, from, share) {
    const result = [];
    for (let i = 0; i < size; i++) {
      const place = ((i + 0.5) / size - from) / share;
      if (place < 0 || place >= 1) {
        result.push(null);
        continue;
      }
      const at = Math.min(cells - 1, Math.max(0, place * cells - 0.5));
      const first = Math.floor(at);
      result.push([first, Math.min(cells - 1, first + 1), at - first]);
    }
    return result;
  }

  const diverging = { low: [33, 102, 172], high: [178, 24, 43] };

  /** Lays a map over pixels. */
  function blend(pixels, width, height, photo, map) {
    const cells = state.signed ? signedShades(map) : positiveCells(map);
    const table = colorMaps[state.colors];
    const [left, top, across, down] = photo.region;
    const columns = between(width, map.width, left, across);
    const rows = between(height, map.height, top, down);
    for (let y = 0; y < height; y++) {
      if (!rows[y])
        continue;
      const [above, below, lower] = rows[y];
      for (let x = 0; x < width; x++) {
        if (!columns[x])
          continue;
        const [before, behind, right] = columns[x];
        const upper = cells[above * map.width + before] * (1 - right) + cells[above * map.width + behind] * right;
        const under = cells[below * map.width + before] * (1 - right) + cells[below * map.width + behind] * right;
        const value = upper * (1 - lower) + under * lower;
        const at = 4 * (y * width + x);
        let weight, red, green, blue;
        if (state.signed) {
          weight = Math.min(1, 1.7 * state.opacity) * Math.abs(value);
          [red, green, blue] = value < 0 ? diverging.low : diverging.high;
        } else {
          const index = Math.round(255 * Math.min(1, Math.max(0, value)));
          weight = state.byHeat ? state.opacity * index / 255 : state.opacity;
          red = table[3 * index];
          green = table[3 * index + 1];
          blue = table[3 * index + 2];
        }
        pixels[at] += (red - pixels[at]) * weight;
        pixels[at + 1] += (green - pixels[at + 1]) * weight;
        pixels[at + 2] += (blue - pixels[at + 2]) * weight;
      }
    }
  }

  /** The decoded picture; a photo is decoded when it is shown. */
  function pictureOf(photo) {
    photo.decoded ??= new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = () => resolve(image);
      image.onerror = () => reject(new Error(`${photo.name}: the picture in this report is damaged.`));
      image.src = `data:image/jpeg;base64,${photo.picture}`;
    });
    return photo.decoded;
  }

  const newest = new WeakMap();

  /** Paints the photo as it is, or under the map. Of several for one canvas the last one stays, whichever photo is decoded first. */
  async function paint(canvas, photo, map, sideOf) {
    const turn = {};
    newest.set(canvas, turn);
    const image = await pictureOf(photo);
    if (newest.get(canvas) !== turn)
      return;
    const longest = Math.max(image.naturalWidth, image.naturalHeight), scale = sideOf(longest) / longest;
    const width = Math.max(1, Math.round(scale * image.naturalWidth)), height = Math.max(1, Math.round(scale * image.naturalHeight));
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, width, height);
    if (!map || map.largest === null)
      return;
    const data = context.getImageData(0, 0, width, height);
    blend(data.data, width, height, photo, map);
    context.putImageData(data, 0, 0);
  }

  /* The photo. */

  const stageSide = longest => Math.min(1024, Math.max(640, longest));

  function paintStage() {
    const photo = photos[state.photo];
    return paint(byId("stage"), photo, mapOf(photo, state.class, state.layer, state.method), stageSide);
  }

  let waiting = false;

  /** Many changes between two frames are one. */
  function paintSoon() {
    if (waiting)
      return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      paintStage();
    });
  }

  function showCaption() {
    const photo = photos[state.photo];
    const map = mapOf(photo, state.class, state.layer, state.method);
    const chosen = photo.classes[state.class], method = head.methods[state.method], place = placeOf(state.layer, state.method);
    const text = [`What speaks ${speaks} `, make("strong", {}, chosen.name), ` (${percent(chosen.probability)}): ${method.name} at ${place}. `];
    if (!map)
      text.push(refusal());
    else if (map.largest === null)
      text.push("The map is empty: the network's numbers are not finite.");
    else if (positiveCells(map).every(value => value === 0) && !state.signed)
      text.push("The map is empty: nothing here stands out.");
    else
      text.push(`${cellsOf(map)}, ${extremes(map)}.`);
    // What has not changed is not read aloud again, as while a slider moves.
    const caption = make("p", {}, ...text);
    if (caption.textContent !== byId("caption").textContent)
      byId("caption").replaceChildren(...caption.childNodes);
    byId("stage").setAttribute("aria-label", `${photo.name}. ${byId("caption").textContent}`);
  }

  /** A report of many photos has large maps made smaller. */
  const cellsOf = map => `${map.height}x${map.width} cells${map.of ? `, of ${map.of}` : ""}`;

  function extremes(map) {
    const [low, high] = rangeOf(signedCells(map));
    const number = value => (value * map.largest).toPrecision(3);
    return `values from ${number(low)} to ${number(high)}`;
  }

  function refusal() {
    const index = indexOf(state.layer, state.method), found = tail.refused.find(refused => refused.map === index);
    return found ? `There is no such map: ${found.reason}` : "There is no such map.";
  }

  function showScale() {
    const color = value => {
      const at = 3 * Math.round(255 * value), table = colorMaps[state.colors];
      return `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`;
    };
    const stops = Array.from({ length: 17 }, (_, i) => color(i / 16));
    byId("scale-bar").style.background = state.signed
      ? `linear-gradient(90deg, rgb(${diverging.low}), transparent, rgb(${diverging.high}))`
      : `linear-gradient(90deg, ${stops})`;
    byId("scale-low").textContent = state.signed ? (head.counterfactual ? "for it" : "against it") : "nothing";
    byId("scale-high").textContent = state.signed ? `${speaks} it` : "most";
  }

  function showClasses() {
    const photo = photos[state.photo];
    byId("classes").replaceChildren(...photo.classes.map((one, i) => {
      const input = make("input", { type: "radio", name: "class", value: i });
      input.checked = i === state.class;
      const bar = make("span");
      bar.style.width = `${100 * (one.probability ?? 0)}%`;
      return make("label", {}, input, make("span", {}, one.name), make("span", { class: "percent" }, percent(one.probability)),
        make("span", { class: "bar", "aria-hidden": "true" }, bar));
    }));
  }

  function showMethod() {
    const method = head.methods[state.method], cost = tail.explanations?.[indexOf(state.layer, state.method)];
    const passes = cost?.forwards ? ` ${plural(cost.forwards, "forward pass", "es")} and ${plural(cost.backwards, "backward pass", "es")} a class.` : "";
    byId("method-about").replaceChildren(make("strong", {}, `${method.name}: `), `${method.formula}. ${method.paper}.${passes}`);
  }

  /* Contact sheets. */

  const tileSide = () => 240;

  function tile(name, choose) {
    const canvas = make("canvas", { width: 4, height: 3, "aria-hidden": "true" }), note = make("span");
    const button = make("button", { type: "button", class: "tile" }, canvas, make("b", {}, name), note);
    button.addEventListener("click", choose);
    return { canvas, note, button };
  }

  const mapTiles = [], photoTiles = [];

  /** The tiles stay, what is on them changes: one that has the focus keeps it. */
  function makeTiles() {
    const sheets = head.layers.map((layer, l) => ({ title: layer.name, note: `${layer.size} cells`, layer: l, methods: groups.layer }));
    if (groups.input.length)
      sheets.push({ title: "The input", note: `${head.inputSize} pixels`, layer: -1, methods: groups.input });
    byId("map-sheets").append(...sheets.flatMap(({ title, note, layer, methods }) => {
      const tiles = methods.map(method => {
        const { name } = head.methods[method], made = tile(name, () => choose(layer, method));
        made.button.dataset.map = `${layer} ${method}`;
        made.button.setAttribute("aria-label", `${name} at ${placeOf(layer, method)}`);
        return { ...made, layer, method, item: make("li", {}, made.button) };
      });
      mapTiles.push(...tiles);
      return [make("h3", {}, title, " ", make("small", {}, note)), make("ul", { class: "sheet" }, ...tiles.map(made => made.item))];
    }));
    if (photos.length < 2)
      return;
    photoTiles.push(...photos.map((photo, i) => {
      const made = tile(photo.name, () => {
        showPhoto(i);
        byId("photo").scrollIntoView();
      });
      made.button.dataset.photo = i;
      return made;
    }));
    byId("photo-sheet").append(...photoTiles.map(made => make("li", {}, made.button)));
  }

  function showMaps() {
    const photo = photos[state.photo];
    const chosen = photo.classes[state.class];
    byId("maps-lead").replaceChildren(
      `What speaks ${speaks} `, make("bdi", {}, chosen.name), " in ", make("bdi", {}, photo.name), ", by every method. Choose a map to see it large.");
    for (const { layer, method, item, note, canvas } of mapTiles) {
      const map = mapOf(photo, state.class, layer, method);
      item.hidden = !map;
      if (!map)
        continue;
      note.textContent = map.largest === null ? "not finite" : "";
      paint(canvas, photo, map, tileSide);
    }
  }

  /** Whether a map, at a layer or at the input (-1), is the large one. */
  const isShown = (layer, method) => method === state.method && (layer < 0 || layer === state.layer);

  /** The layer stays what it was where the map is at the input (-1). */
  function choose(layer, method) {
    state.layer = layer < 0 ? state.layer : layer;
    chooseMethod(method);
    show();
    showPhotos();
    byId("photo").scrollIntoView();
  }

  function chooseMethod(method) {
    state.method = method;
    last[atInput(method) ? "input" : "layer"] = method;
  }

  function markTiles() {
    for (const button of document.querySelectorAll("[data-map]"))
      button.setAttribute("aria-pressed", isShown(...button.dataset.map.split(" ").map(Number)));
    for (const button of document.querySelectorAll("[data-photo]"))
      button.setAttribute("aria-pressed", button.dataset.photo === String(state.photo));
  }

  let sheet = 0;

  /** One photo after the other, so that a hundred do not stop the page. */
  async function showPhotos() {
    if (photos.length < 2)
      return;
    const turn = ++sheet;
    const by = `${head.methods[state.method].name} at ${placeOf(state.layer, state.method)}`;
    byId("photos-lead").textContent = `What speaks ${speaks} the class that is named, by ${by}. Choose one to see it large.`;
    for (const [i, photo] of photos.entries()) {
      if (turn !== sheet)
        return;
      const first = photo.classes[photo.first], { note, canvas } = photoTiles[i];
      note.replaceChildren(make("bdi", {}, first.name), ` ${percent(first.probability)}`);
      await paint(canvas, photo, mapOf(photo, photo.first, state.layer, state.method), tileSide);
    }
  }

  /* The network. */

  const box = { width: 216, height: 72, across: 28, down: 24, bend: 22, margin: 18 };

  const widthOf = item => item.isBend ? box.bend : box.width;

  /** Places operations in rows: the longest way to the output in a line, all else to the right of it. */
  function layOut(graph) {
    const row = [], main = new Set();
    graph.forEach((layer, i) => row[i] = layer.inputs.length ? 1 + Math.max(...layer.inputs.map(input => row[input])) : 0);
    for (let at = graph.length - 1; at !== undefined;) {
      main.add(at);
      at = [...graph[at].inputs].sort((a, b) => row[b] - row[a])[0];
    }
    const rows = [];
    const place = graph.map((layer, i) => ({ i, row: row[i], x: 0, isMain: main.has(i) }));
    for (const item of place)
      (rows[item.row] ??= []).push(item);
    // An edge past other rows bends through a place of its own in each of them.
    const edges = graph.flatMap((layer, i) => layer.inputs.map(input => {
      const bends = [];
      for (let r = row[input] + 1; r < row[i]; r++) {
        const bend = { row: r, x: 0, from: bends.at(-1) ?? place[input], isBend: true };
        bends.push(bend);
        rows[r].push(bend);
      }
      return { from: place[input], bends, to: place[i] };
    }));
    let width = box.width;
    for (const items of rows) {
      for (const item of items)
        item.wish = item.isMain ? -1 : item.isBend ? item.from.x : Math.min(...graph[item.i].inputs.map(input => place[input].x), Infinity);
      items.sort((a, b) => a.wish - b.wish);
      let free = 0;
      for (const item of items) {
        item.x = Math.max(free, Number.isFinite(item.wish) ? item.wish : 0);
        free = item.x + widthOf(item) + (item.isBend ? 0 : box.across);
        width = Math.max(width, item.x + widthOf(item));
      }
    }
    return { place, edges, width, height: rows.length * (box.height + box.down) - box.down };
  }

  function pathOf(edge) {
    const top = item => box.margin + item.row * (box.height + box.down);
    const middle = item => box.margin + item.x + widthOf(item) / 2;
    let [x, y] = [middle(edge.from), top(edge.from) + box.height];
    let path = `M${x} ${y}`;
    for (const item of [...edge.bends, edge.to]) {
      const [nextX, nextY] = [middle(item), top(item)];
      const half = (y + nextY) / 2;
      path += nextX === x ? `V${nextY}` : `C${x} ${half} ${nextX} ${half} ${nextX} ${nextY}`;
      [x, y] = [nextX, nextY];
      if (item.isBend)
        path += `V${y += box.height}`;
    }
    return path;
  }

  /** Where an operation has maps: its layers by their number, and the input as -1. */
  const mappedAt = i => [
    ...(i === 0 && groups.input.length ? [-1] : []),
    ...(head.graph[i].explained ?? []).map(name => head.layers.findIndex(layer => layer.name === name)).filter(layer => layer >= 0),
  ];

  /** An operation without weights has a name where maps are made at it. */
  const nameOf = layer => layer.explained && layer.operation.split(/[ ,]/)[0] === layer.name ? layer.explained[0] : layer.name;

  const shorten = (text, most) => text.length > most ? `${text.slice(0, most / 2 - 1)}…${text.slice(-most / 2)}` : text;

  function showGraph() {
    const graph = head.graph;
    const { place, edges, width, height } = layOut(graph);
    const most = Math.max(1, ...graph.map(layer => layer.multiplyAccumulates));
    byId("graph-lead").textContent =
      `${plural(graph.length - 1, "operation", "s")} as they run: ${macs(head.multiplyAccumulates)}, ${count(head.parameters)} parameters. The bar in a box is its share of ` +
      "the work, next to the largest one. Where it says maps, this report has some.";
    const nodes = graph.map((layer, i) => {
      const [operation, ...merged] = layer.operation.split(", ");
      const isMapped = mappedAt(i).length > 0;
      // What is seen, in words: its name to screen readers and to people who speak to their computer.
      const lines = [
        nameOf(layer), operation === nameOf(layer) ? "" : shorten(operation, 32), shorten(merged.join(", "), 22), layer.size,
      ];
      const node = draw("g", {
        class: isMapped ? "node explained" : "node", role: "option", id: `node-${i}`, tabindex: i === 0 ? 0 : -1, "aria-selected": false,
        transform: `translate(${box.margin + place[i].x} ${box.margin + place[i].row * (box.height + box.down)})`,
      },
        draw("rect", { class: "box", width: box.width, height: box.height, rx: 8 }),
        draw("text", { x: 12, y: 21, class: "name" }, lines[0]),
        draw("text", { x: 12, y: 38, class: "small" }, lines[1]),
        draw("text", { x: 12, y: 55, class: "small" }, lines[2]),
        draw("text", { x: box.width - 12, y: 55, class: "small", "text-anchor": "end" }, lines[3]));
      if (isMapped)
        node.append(draw("text", { x: box.width - 12, y: 21, class: "badge", "text-anchor": "end" }, "maps"));
      const share = layer.multiplyAccumulates / most * (box.width - 24);
      if (share > 0)
        node.append(draw("rect", { class: "share", x: 12, y: box.height - 10, width: Math.max(3, share).toFixed(1), height: 3, rx: 1.5 }));
      node.addEventListener("click", () => selectLayer(i));
      return node;
    });
    const list = draw("g", { role: "listbox", "aria-label": "Operations in running order" }, ...nodes);
    list.addEventListener("keydown", event => moveInGraph(event, nodes));
    const [w, h] = [width + 2 * box.margin, height + 2 * box.margin];
    byId("graph").replaceChildren(draw("svg", { width: w, height: h, viewBox: `0 0 ${w} ${h}` },
      draw("g", { "aria-hidden": "true" }, ...edges.map(edge => draw("path", { class: "edge", d: pathOf(edge) }))), list));
    nodes.forEach((node, i) => fitName(node.querySelector(".name"), box.width - (mappedAt(i).length ? 60 : 24)));
    const table = byId("layer-table");
    table.append(
      make("caption", { class: "visually-hidden" }, "Operations in running order"),
      make("thead", {}, make("tr", {}, ...["Layer", "Operation", "Output"].map(name => make("th", { scope: "col" }, name)),
        ...["Work", "Parameters"].map(name => make("th", { scope: "col", class: "number" }, name)))),
      make("tbody", {}, ...graph.map(layer => make("tr", {}, make("th", { scope: "row" }, nameOf(layer)), make("td", {}, layer.operation), make("td", {}, layer.size),
        make("td", { class: "number" }, macs(layer.multiplyAccumulates)), make("td", { class: "number" }, layer.parameters ? count(layer.parameters) : "–")))));
    const shown = atInput(0) ? 0 : graph.findIndex(layer => layer.explained?.includes(head.layers[0].name));
    selectLayer(Math.max(0, shown));
  }

  /** Takes letters out of the middle until a name is narrow enough. */
  function fitName(text, room) {
    const name = text.textContent;
    for (let most = name.length - 1; text.getComputedTextLength() > room && most > 4; most--)
      text.textContent = shorten(name, most);
  }

  function moveInGraph(event, nodes) {
    const at = nodes.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: nodes.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ")
      selectLayer(at);
    else if (to === undefined)
      return;
    else if (nodes[to])
      focusLayer(nodes, to);
    event.preventDefault();
  }

  function focusLayer(nodes, to) {
    nodes.forEach((node, i) => node.setAttribute("tabindex", i === to ? 0 : -1));
    nodes[to].focus({ preventScroll: true });
    // In its own frame only: the page stays where it is.
    scrollGraphTo(nodes[to]);
  }

  function scrollGraphTo(node) {
    const frame = byId("graph"), outer = frame.getBoundingClientRect(), inner = node.getBoundingClientRect();
    frame.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
    frame.scrollLeft += Math.min(0, inner.left - outer.left - box.margin) + Math.max(0, inner.right - outer.right + box.margin);
  }

  function selectLayer(i) {
    const layer = head.graph[i];
    document.querySelectorAll(".node").forEach((node, n) => {
      node.setAttribute("aria-selected", n === i);
      node.setAttribute("tabindex", n === i ? 0 : -1);
    });
    scrollGraphTo(byId(`node-${i}`));
    const total = Math.max(1, head.multiplyAccumulates);
    const facts = [
      ["Operation", layer.operation],
      ["Output", `${layer.size} (channels x rows x columns)`],
      ["Work", layer.multiplyAccumulates ? `${macs(layer.multiplyAccumulates)}, ${percent(layer.multiplyAccumulates / total)} of the network's` : "–"],
      ["Parameters", layer.parameters ? count(layer.parameters) : "–"],
      ["Reads", layer.inputs.map(input => nameOf(head.graph[input])).join(", ") || "–"],
    ];
    if (layer.outputs)
      facts.push(["Is the output", layer.outputs.join(", ")]);
    byId("layer-details").replaceChildren(
      make("h3", {}, nameOf(layer)),
      make("dl", {}, ...facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])),
      ...mappedAt(i).map(place => {
        const button = make("button", { type: "button" }, `Show the maps ${place < 0 ? "of the input" : `at ${head.layers[place].name}`}`);
        button.addEventListener("click", () => choose(place, last[place < 0 ? "input" : "layer"]));
        return button;
      }));
  }

  /* Costs. */

  function showCosts() {
    const cards = [
      ["Forward pass, shortest", time(tail.shortestForward)],
      // Of two the middle is the first one, which compiles the code.
      [`Forward pass, median of ${count(photos.length)}`, photos.length > 2 ? time(tail.forward) : undefined],
      [photos.length > 1 ? "Reading a photo, median" : "Reading the photo", time(tail.decode)],
      ["Packed weights", mebi(head.weightBytes)],
      ["Memory of a session", mebi(head.sessionBytes)],
      ["Memory of the program, at most", tail.peakBytes ? mebi(tail.peakBytes) : undefined],
      ["All of this report", `${tail.seconds.toFixed(1)} s`],
    ];
    byId("cost-cards").replaceChildren(...cards.filter(([, value]) => value && value !== "–")
      .map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value))));
    const note = [`Measured while this report was made: ${head.machine}.`];
    if (tail.explanations) {
      showLayerCosts();
      showInputCosts();
      if (groups.layer.length)
        note.push("An explanation at a layer is what comes after the forward pass, each alone.");
      if (groups.input.length)
        note.push("One of the input is all of it: it runs the network itself, in as many forward and backward passes.");
      note.push("Each is the shortest of a few runs on the first photo, with its ratio to the forward pass. A session has memory for all of these maps.");
    }
    byId("cost-note").textContent = note.join(" ");
  }

  const relative = cost => cost ? [`${time(cost.milliseconds)} `, make("small", {}, `${digits(cost.milliseconds / tail.shortestForward, 2)} x`)] : ["–"];

  function showLayerCosts() {
    if (groups.layer.length)
      showTable("cost-table", "What an explanation of one class takes after a forward pass", ["At a layer", ...head.layers.map(layer => `at ${layer.name}`)],
        groups.layer.map(m => [head.methods[m].name, ...head.layers.map((layer, l) => relative(tail.explanations[indexOf(l, m)]))]));
  }

  function showInputCosts() {
    if (groups.input.length)
      showTable("input-cost-table", "What an explanation of one class takes", ["Of the input", "Forwards", "Backwards", "Time"],
        groups.input.map(m => {
          const cost = tail.explanations[indexOf(-1, m)];
          return [head.methods[m].name, cost ? count(cost.forwards) : "–", cost ? count(cost.backwards) : "–", relative(cost)];
        }));
  }

  /** A table of numbers, the first column names. */
  function showTable(id, caption, [first, ...columns], rows) {
    byId(id).parentElement.hidden = false;
    byId(id).append(
      make("caption", { class: "visually-hidden" }, caption),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, first), ...columns.map(name => make("th", { scope: "col", class: "number" }, name)))),
      make("tbody", {}, ...rows.map(([name, ...cells]) =>
        make("tr", {}, make("th", { scope: "row" }, name), ...cells.map(cell => make("td", { class: "number" }, ...[cell].flat()))))));
  }

  /* All together. */

  function show() {
    byId("photo-select").value = state.photo;
    const isOfInput = atInput(state.method);
    byId("layer").value = isOfInput ? -1 : state.layer;
    byId("layer").disabled = isOfInput;
    byId("layer-hint").hidden = !isOfInput;
    byId("method").value = state.method;
    byId("by-heat").disabled = byId("colors").disabled = state.signed;
    byId("opacity-value").textContent = `${Math.round(100 * state.opacity)} %`;
    showMethod();
    showScale();
    showCaption();
    markTiles();
    paintSoon();
  }

  function showPhoto(index) {
    state.photo = index;
    state.class = photos[index].first;
    byId("photo-title").textContent = photos[index].name;
    showClasses();
    show();
    showMaps();
  }

  let later;

  /** The small pictures follow when a slider rests. */
  function showSheetsLater() {
    clearTimeout(later);
    later = setTimeout(() => {
      showMaps();
      showPhotos();
    }, 200);
  }

  function listen() {
    const on = (id, event, change) => byId(id).addEventListener(event, e => {
      change(e.target);
      show();
      showSheetsLater();
    });
    byId("controls").addEventListener("submit", event => event.preventDefault());
    byId("classes").addEventListener("change", event => {
      state.class = Number(event.target.value);
      show();
      showMaps();
    });
    on("layer", "change", select => state.layer = Number(select.value));
    on("method", "change", select => chooseMethod(Number(select.value)));
    on("colors", "change", select => state.colors = select.value);
    on("by-heat", "change", input => state.byHeat = input.checked);
    on("opacity", "input", input => state.opacity = input.value / 100);
    for (const input of document.querySelectorAll("input[name=view]"))
      input.addEventListener("change", () => {
        state.signed = input.value === "signed";
        show();
        showSheetsLater();
      });
    byId("photo-select").addEventListener("change", event => showPhoto(Number(event.target.value)));
    byId("previous").addEventListener("click", () => showPhoto((state.photo + photos.length - 1) % photos.length));
    byId("next").addEventListener("click", () => showPhoto((state.photo + 1) % photos.length));
    // On paper nothing can be opened.
    let closed = [];
    addEventListener("beforeprint", () => (closed = [...document.querySelectorAll("details:not([open])")]).forEach(details => details.open = true));
    addEventListener("afterprint", () => closed.forEach(details => details.open = false));
  }

  const choices = (id, names, values) => byId(id).replaceChildren(...names.map((name, i) => make("option", { value: values ? values[i] : i }, name)));

  /** Paths without the folders that all of them begin with; a root alone stays. */
  function withoutFolder(paths) {
    const [first, ...others] = paths.map(path => path.split(/(?<=[/\\])/));
    let same = 0;
    while (same < first.length - 1 && others.every(parts => parts[same] === first[same]))
      same++;
    if (same === 1 && /^([A-Za-z]:)?[/\\]$/.test(first[0]))
      same = 0;
    return [first, ...others].map(parts => parts.slice(same).join(""));
  }

  /** Methods of both kinds are in groups. The layer of one of the input is the input, which cannot be chosen. */
  function showChoices() {
    choices("layer", head.layers.map(layer => `${layer.name} (${layer.size})`));
    byId("layer").append(make("option", { value: -1, hidden: "" }, `input (${head.inputSize})`));
    byId("layer-choice").hidden = !head.layers.length;
    choices("method", head.methods.map(method => method.name));
    const options = [...byId("method").options], both = [["At a layer", groups.layer], ["Of the input", groups.input]];
    if (groups.layer.length && groups.input.length)
      byId("method").replaceChildren(...both.map(([label, methods]) => make("optgroup", { label }, ...methods.map(m => options[m]))));
    choices("colors", Object.keys(colorMaps), Object.keys(colorMaps));
    choices("photo-select", photos.length ? withoutFolder(photos.map(photo => photo.path)) : []);
  }

  function start() {
    byId("network-name").textContent = head.network;
    const facts = [plural(photos.length, "photo", "s"), plural(head.classes, "class", "es"), `input ${head.input}`, macs(head.multiplyAccumulates),
      `${count(head.parameters)} parameters`];
    byId("network-facts").textContent = facts.join(" · ");
    for (const note of [head.note, tail.note].filter(Boolean))
      byId("notes").append(make("p", { class: "note" }, note));
    if (errors.length)
      byId("notes").append(make("div", { class: "errors" }, make("h2", {}, `${count(errors.length)} could not be explained`),
        make("ul", {}, ...errors.map(error => make("li", {}, make("strong", {}, error.path), ": ", error.error)))));
    showGraph();
    showCosts();
    showChoices();
    byId("colors").value = state.colors;
    byId("by-heat").checked = state.byHeat;
    byId("opacity").value = Math.round(100 * state.opacity);
    listen();
    if (photos.length === 0) {
      for (const id of ["photo", "maps"])
        byId(id).hidden = true;
      return;
    }
    byId("photo-chooser").hidden = byId("photos").hidden = byId("photos-link").hidden = photos.length === 1;
    makeTiles();
    showPhoto(0);
    showPhotos();
  }

  start();
})();
