import { dotnet } from './_framework/dotnet.js';

/** Photos are shown at this width or less: the network looks at 32x32 pixels of them. */
const MOST_PIXELS = 640;

const byId = id => document.getElementById(id);
const canvas = byId('canvas');
const output = canvas.getContext('2d');
const input = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
let photo = null;
let chosen = 0;
let stream = null;

const { getAssemblyExports, getConfig, setModuleImports, runMain } = await dotnet.create();
setModuleImports('page', {
  copyPixels: view => view.set(new Uint8Array(photo.data.buffer)),
  showPixels: (view, width, height) => {
    canvas.width = width;
    canvas.height = height;
    output.putImageData(new ImageData(new Uint8ClampedArray(view.slice()), width, height), 0, 0);
  },
});
await runMain();
const { Browser: { Explainer: explainer } } = await getAssemblyExports(getConfig().mainAssemblyName);
const labels = explainer.GetLabels();

for (const [i, label] of labels.entries()) {
  const item = document.createElement('li');
  item.innerHTML = `<label><input type="radio" name="class" value="${i}"> <span></span> <meter min="0" max="1"></meter> <output></output></label>`;
  item.querySelector('span').textContent = label;
  item.querySelector('meter').setAttribute('aria-label', `probability of ${label}`);
  item.querySelector('input').addEventListener('change', () => { chosen = i; draw(); });
  byId('classes').append(item);
}
byId('colors').append(...explainer.GetColorMaps().map(name => new Option(name)));
for (const id of ['against', 'hot', 'opacity', 'colors'])
  byId(id).addEventListener('input', draw);

/** Takes a picture (a decoded photo, a frame of the camera), and explains the class that the network finds most probable. */
function explain(source, width, height) {
  const scale = Math.min(1, MOST_PIXELS / Math.max(width, height));
  input.canvas.width = Math.max(1, Math.round(width * scale));
  input.canvas.height = Math.max(1, Math.round(height * scale));
  input.drawImage(source, 0, 0, input.canvas.width, input.canvas.height);
  photo = input.getImageData(0, 0, input.canvas.width, input.canvas.height);
  const start = performance.now();
  explainer.Forward(photo.width, photo.height);
  const time = performance.now() - start;
  const probabilities = explainer.GetProbabilities();
  chosen = probabilities.indexOf(Math.max(...probabilities));
  for (const [i, item] of [...byId('classes').children].entries()) {
    item.querySelector('meter').value = probabilities[i];
    item.querySelector('output').textContent = `${(100 * probabilities[i]).toFixed(1)} %`;
    item.querySelector('input').checked = i === chosen;
  }
  draw();
  byId('status').textContent = `${labels[chosen]}: ${(100 * probabilities[chosen]).toFixed(1)} %. The network took ${time.toFixed(0)} ms.`;
}

function draw() {
  if (photo)
    explainer.Draw(chosen, byId('against').checked, byId('colors').value, Number(byId('opacity').value), byId('hot').checked);
}

async function explainFile(file) {
  stopCamera();
  try {
    const bitmap = await createImageBitmap(file);
    explain(bitmap, bitmap.width, bitmap.height);
    bitmap.close();
  } catch {
    byId('status').textContent = `${file.name}: the browser cannot read this as a picture.`;
  }
}

byId('file').addEventListener('change', event => event.target.files[0] && explainFile(event.target.files[0]));
document.addEventListener('dragover', event => { event.preventDefault(); document.body.classList.add('over'); });
document.addEventListener('dragleave', () => document.body.classList.remove('over'));
document.addEventListener('drop', event => {
  event.preventDefault();
  document.body.classList.remove('over');
  if (event.dataTransfer.files[0])
    explainFile(event.dataTransfer.files[0]);
});

byId('camera').addEventListener('click', async () => {
  if (stream)
    return stopCamera();
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  } catch (error) {
    byId('status').textContent = `There is no camera to use: ${error.message}`;
    return;
  }
  byId('camera').setAttribute('aria-pressed', 'true');
  const video = document.createElement('video');
  video.srcObject = stream;
  video.muted = true;
  await video.play();
  const frame = () => {
    if (!stream)
      return;
    explain(video, video.videoWidth, video.videoHeight);
    requestAnimationFrame(frame);
  };
  frame();
});

function stopCamera() {
  stream?.getTracks().forEach(track => track.stop());
  stream = null;
  byId('camera').setAttribute('aria-pressed', 'false');
}

const example = await createImageBitmap(await (await fetch('chelsea.png')).blob());
explain(example, example.width, example.height);
