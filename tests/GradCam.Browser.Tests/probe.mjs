/**
 * Loads the sample's assemblies, in node or in a page, and runs the network on pixels that the desktop makes alike.
 * @param framework The module _framework/dotnet.js.
 * @returns Logits, and milliseconds: of the load (and making a session), the first forward pass, and those after it.
 */
export async function probe({ dotnet }) {
  const width = 640, height = 480;
  const pixels = new Uint8Array(width * height * 4);
  for (let i = 0; i < pixels.length; i++)
    pixels[i] = (Math.imul(i, 31) + Math.imul(Math.floor(i / 977), 7)) & 255;
  const shown = [];
  const { getAssemblyExports, getConfig, setModuleImports, runMain } = await dotnet.create();
  setModuleImports('page', {
    copyPixels: view => view.set(pixels),
    showPixels: (view, w, h) => shown.push([w, h, view.slice().reduce((sum, value) => sum + value, 0)]),
  });
  await runMain();
  const { Browser: { Explainer: explainer } } = await getAssemblyExports(getConfig().mainAssemblyName);
  const start = performance.now();
  const labels = explainer.GetLabels();
  const load = performance.now() - start;
  let logits = explainer.Forward(width, height);
  const first = performance.now() - start - load;
  const forward = [];
  for (let i = 0; i < 40; i++) {
    const begin = performance.now();
    logits = explainer.Forward(width, height);
    forward.push(performance.now() - begin);
  }
  const drawing = performance.now();
  explainer.Draw(0, false, 'turbo', 0.5, false);
  return {
    labels, logits: Array.from(logits), load, first, forward, draw: performance.now() - drawing, shown, again: Array.from(explainer.Forward(width, height)),
  };
}
