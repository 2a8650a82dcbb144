using System.Diagnostics;
using GradCam.Evaluate;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Terminal;
using GradCam.Images;
using GradCam.Imaging;

namespace GradCam.Gen.Tool.Evaluation;

/// <summary>A map of a photo, and what making it took.</summary>
/// <param name="Layer">The layer, or the input.</param>
/// <param name="Method">The method.</param>
/// <param name="Heatmap">The map, a copy.</param>
/// <param name="Forwards">Its time, over that of a forward pass.</param>
internal sealed record MadeMap(string Layer, IExplanationMethod Method, Heatmap Heatmap, double Forwards);

/// <summary>Makes maps of photos by several methods at several layers, and measures them. One a thread.</summary>
/// <param name="session">The session.</param>
/// <param name="layers">The layers.</param>
/// <param name="methods">The methods.</param>
/// <param name="metrics">What is measured.</param>
/// <param name="cancellation">Stops between two passes.</param>
internal sealed class MapMeasurer(
    NetworkSession session, IReadOnlyList<string> layers, IReadOnlyList<IExplanationMethod> methods, IReadOnlyList<Metric> metrics,
    CancellationToken cancellation)
{
    /// <summary>What stands where methods at a layer have it.</summary>
    private const string AtInput = "input";

    private static readonly RoadOptions Road = new() { Percentiles = [20, 40, 60, 80] };

    private readonly ImagePreprocessor _preprocessor = new(session.Info);
    private readonly float[] _input = new float[session.Info.Input.Length];
    private readonly HashSet<Metric> _metrics = [.. metrics];

    /// <summary>Whether something is measured of changed inputs.</summary>
    private readonly bool _runsAgain = metrics.Any(metric => !metric.NeedsBoxes);

    /// <summary>Every photo as it is: boxes are in its pixels. Large arrays are kept, since collecting them takes longer the more was measured.</summary>
    private readonly PhotoReader _reader = new(session.Info) { ReducesJpeg = false };

    /// <summary>False until a photo was measured: what runs for the first time compiles its code, and takes many times as long.</summary>
    private bool _isWarm;

    private bool[] _mask = [];
    private (int Width, int Height, PhotoBox[] Boxes) _masked = (0, 0, []);

    /// <summary>Methods that a layer, or the network, does not allow, and why.</summary>
    public Dictionary<(string Layer, string Method), string> Refused { get; } = [];

    /// <summary>Decodes, predicts, makes maps and measures them.</summary>
    /// <exception cref="PhotoException">The photo cannot be decoded.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public PhotoScores Measure(LabelledPhoto photo)
    {
        Photo decoded = _reader.Decode(photo.Path);
        (int classIndex, int predicted, List<MadeMap> maps) = Make(decoded, photo.ClassIndex);
        return new PhotoScores
        {
            Photo = photo.Name,
            Class = classIndex,
            Predicted = predicted,
            Maps =
            [
                .. maps.Select(map => new MapScores
                {
                    Layer = map.Layer,
                    Method = ExplanationMethods.Format(map.Method),
                    Forwards = map.Forwards,
                    Values = Measure(map, classIndex, photo.Boxes),
                }),
            ],
        };
    }

    /// <summary>Makes the maps of a photo.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="wanted">The class; null for the most probable one.</param>
    /// <param name="isTimedAlone">
    /// True to time each method as if it were the only one, with a forward pass of its own; else passes are shared, and their time is that of the method that
    /// comes first.
    /// </param>
    /// <param name="progress">Is told of each method; null for nobody.</param>
    public (int ClassIndex, int Predicted, List<MadeMap> Maps) Make(Photo photo, int? wanted, bool isTimedAlone = false, StepProgress? progress = null)
    {
        if (_runsAgain)
            _preprocessor.Apply(photo, _input);
        const int aloneTimes = 10, firstTimes = 3;
        int times = isTimedAlone ? aloneTimes : _isWarm ? 1 : firstTimes;
        double forward = Seconds(() => session.Forward(photo), times);
        int predicted = session.GetBestIndex();
        int classIndex = wanted ?? predicted;
        var maps = new List<MadeMap>();
        var options = new ExplainOptions { CancellationToken = cancellation, Progress = progress };
        foreach ((string layer, IExplanationMethod method) in Work())
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Begin(method.ToString()!);
            try
            {
                // Beside the method: code gets faster while a program runs.
                if (isTimedAlone)
                    forward = Seconds(() => session.Forward(photo), times);
                // One at the input runs the photo itself.
                bool isShared = !isTimedAlone && method is CamMethod;
                ExplainedMap map = default;
                double seconds = Seconds(
                    () =>
                    {
                        if (!isShared && method is CamMethod)
                            session.Forward(photo);
                        map = ExplainedMap.Make(session, photo, classIndex, layer, method, options);
                    },
                    // Again, a shared pass would be there already.
                    isShared ? 1 : times);
                maps.Add(new MadeMap(layer, method, map.Heatmap.Copy(), seconds / forward + (isShared ? 1 : 0)));
            }
            catch (NotSupportedException exception)
            {
                Refused[(layer, ExplanationMethods.Format(method))] = exception.Message;
            }
        }

        _isWarm = true;
        return (classIndex, predicted, maps);
    }

    /// <summary>Methods at a layer at each of them, and those at the input once.</summary>
    private IEnumerable<(string Layer, IExplanationMethod Method)> Work() => layers
        .SelectMany(layer => methods.OfType<CamMethod>().Select(method => (layer, (IExplanationMethod)method)))
        .Concat(methods.OfType<InputMethod>().Select(method => (AtInput, (IExplanationMethod)method)));

    /// <summary>Measures a map of the last photo.</summary>
    public IReadOnlyDictionary<string, double> Measure(MadeMap made, int classIndex, IReadOnlyList<PhotoBox> boxes)
    {
        var values = new Dictionary<string, double>();
        if (!made.Heatmap.IsFinite)
            return values;
        if (boxes.Count > 0)
            MeasureBoxes(made.Heatmap, [.. boxes], values);
        MeasureMap(made, classIndex, values);
        foreach ((string key, _) in values.Where(value => !double.IsFinite(value.Value)).ToList())
            values.Remove(key);
        return values;
    }

    /// <summary>How long work takes: the shortest of so many times, of fewer where it takes long.</summary>
    internal static double Seconds(Action work, int times)
    {
        const double enough = 0.25;
        const double tooLong = 2;
        (double shortest, double later) = (double.PositiveInfinity, 0);
        for (int i = 0; i == 0 || (i < times && later < enough && shortest < tooLong); i++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            shortest = Math.Min(shortest, seconds);
            later += i == 0 ? 0 : seconds;
        }

        return shortest;
    }

    private void MeasureBoxes(Heatmap heatmap, PhotoBox[] boxes, Dictionary<string, double> values)
    {
        Add(Metric.Pointing, () => Metrics.PointsInside(heatmap, boxes) ? 1 : 0);
        Add(Metric.Energy, () => Metrics.MeasureEnergy(heatmap, Mask(heatmap.Region, boxes)));
        Add(Metric.Rank, () => Metrics.MeasureRelevanceRank(heatmap, Mask(heatmap.Region, boxes)));
        Add(Metric.Iou, () => Metrics.MeasureBoxIou(heatmap, boxes));

        void Add(Metric metric, Func<double> measure)
        {
            if (_metrics.Contains(metric))
                values[metric.Key] = measure();
        }
    }

    /// <summary>The pixels in the boxes: the same for all maps of a photo.</summary>
    private ReadOnlySpan<bool> Mask(PhotoRegion region, PhotoBox[] boxes)
    {
        (int width, int height) = (region.PhotoWidth, region.PhotoHeight);
        if ((_masked.Width, _masked.Height) != (width, height) || !_masked.Boxes.AsSpan().SequenceEqual(boxes))
        {
            if (_mask.Length < width * height)
                _mask = new bool[width * height];
            PhotoBox.FillMask(boxes, _mask.AsSpan(0, width * height), width, height);
            _masked = (width, height, boxes);
        }

        return _mask.AsSpan(0, width * height);
    }

    private void MeasureMap(MadeMap made, int classIndex, Dictionary<string, double> values)
    {
        if (!_runsAgain)
            return;
        bool hasAdcc = _metrics.Contains(Metric.Adcc);
        bool hasArcc = _metrics.Contains(Metric.Arcc);
        (int width, int height) = (session.Info.Input.Width, session.Info.Input.Height);
        float[] map = made.Heatmap.Resize(width, height);
        Scorer scorer = Scorer.Create(session, Target.Probability(classIndex), cancellation);
        MaskedScore masked = default;
        if (hasAdcc || Has(Metric.Drop, Metric.Increase, Metric.Gain))
            masked = Metrics.MeasureMasked(scorer, _input, map);
        double road = hasArcc || Has(Metric.Road) ? Metrics.MeasureRoad(scorer, _input, map, Road).Combined : 0;
        double complexity = Metrics.MeasureComplexity(map);
        double coherency = 0;
        if (hasAdcc || hasArcc || Has(Metric.Coherency))
        {
            var options = new ExplainOptions { CancellationToken = cancellation };
            MapFunction explain = made.Method is InputMethod input
                ? MapFunctions.Create(session, classIndex, input, options)
                : MapFunctions.Create(session, classIndex, made.Layer, (CamMethod)made.Method, options);
            coherency = Metrics.MeasureCoherency(scorer, _input, map, explain);
        }

        foreach (Metric metric in _metrics.Where(metric => !metric.NeedsBoxes))
            values[metric.Key] = Value(metric);

        double Value(Metric metric) => metric switch
        {
            _ when metric == Metric.Drop => masked.Drop,
            _ when metric == Metric.Increase => masked.IsIncrease ? 1 : 0,
            _ when metric == Metric.Gain => masked.Gain,
            _ when metric == Metric.Deletion => Metrics.MeasureDeletion(scorer, _input, map).Area,
            _ when metric == Metric.Insertion => Metrics.MeasureInsertion(scorer, _input, map).Area,
            _ when metric == Metric.Road => road,
            _ when metric == Metric.Complexity => complexity,
            _ when metric == Metric.Coherency => coherency,
            _ when metric == Metric.Adcc => Metrics.CombineAdcc(coherency, complexity, masked.Drop),
            _ when metric == Metric.Arcc => Metrics.CombineArcc(coherency, complexity, road),
            _ when metric == Metric.Entropy => Metrics.MeasureEntropy(map),
            _ => Metrics.MeasureGini(map),
        };
    }

    private bool Has(params ReadOnlySpan<Metric> some)
    {
        foreach (Metric metric in some)
        {
            if (_metrics.Contains(metric))
                return true;
        }

        return false;
    }
}
