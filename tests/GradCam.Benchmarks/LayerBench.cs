using System.Diagnostics;
using GradCam.Cpu;
using GradCam.Cpu.Conv;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Threading;
using GradCam.Memory;

namespace GradCam.Benchmarks;

/// <summary>The layers of a network, ready to run.</summary>
internal sealed unsafe class LayerBench : IDisposable
{
    private readonly Layer[] _layers;
    private readonly CpuPlan _plan;
    private readonly NativeBlock _arena;
    private readonly NativeBlock _scratch;
    private readonly CpuBackend _backend;
    private readonly List<(int Layer, Convolution Op, Tensor Input, Tensor Output)> _calls = [];

    public LayerBench(Layer[] layers, CpuOptions options)
    {
        _layers = layers;
        var weights = new List<WeightInfo>();
        int length = 0;
        for (int i = 0; i < layers.Length; i++)
        {
            Layer layer = layers[i];
            for (int n = 0; n < layer.Count; n++)
            {
                weights.Add(new WeightInfo("w", layer.Outputs, layer.Inputs / layer.Groups, layer.Kernel.Height, layer.Kernel.Width));
                weights.Add(new WeightInfo("b", layer.Outputs));
                var pad = new Edges(layer.Pad.Height, layer.Pad.Width, layer.Pad.Height, layer.Pad.Width);
                var input = new Tensor(0, layer.Inputs, layer.Input.Height, layer.Input.Width, pad);
                int inputLength = input.RowStride * (layer.Input.Height + 2 * layer.Pad.Height);
                var output = new Tensor(inputLength, layer.Outputs, layer.Output.Height, layer.Output.Width);
                length = Math.Max(length, inputLength + output.Length);
                var op = new Convolution(
                    _calls.Count, new Window(layer.Kernel, layer.Stride, pad, layer.Dilation), layer.Groups,
                    2 * _calls.Count, 2 * _calls.Count + 1, default, Activation.Relu);
                _calls.Add((i, op, input, output));
            }
        }

        var info = new NetworkInfo
        {
            Name = "layers",
            Inputs = [new InputInfo { Name = "input", Tensor = default }],
            Outputs = [],
            Layers = [],
            Weights = weights,
            WorkspaceLength = length,
            Preprocessing = new ImagePreprocessing(),
            Labels = [],
        };
        _plan = options.Plan(info, new RandomWeights());
        var planner = new CpuPlanner(_plan);
        foreach ((int layer, Convolution op, Tensor input, Tensor output) in _calls)
        {
            if (layers[layer].IsLinear)
                planner.Linear(new Linear(op.Id, op.Weight, op.Bias), input, output);
            else
                planner.Convolution(op, input, output);
        }

        _plan.EndDryRun();
        _arena = new NativeBlock(CpuWorkspace.ArenaLength(info));
        _scratch = new NativeBlock(_plan.ScratchLength * options.Threads);
        RandomWeights.Fill(_arena.Span, 1);
        _backend = new CpuBackend(_arena.Pointer, _scratch.Pointer, _plan.ScratchLength, _plan.Operations, new Team(options.Threads));
    }

    public long WeightBytes => _plan.WeightBytes;

    public string AlgorithmOf(int layer)
    {
        int id = _calls.First(call => call.Layer == layer).Op.Id;
        return _plan.Operations[id] is PreparedConvolution convolution ? convolution.Forward!.Name : "linear";
    }

    /// <summary>Runs all layers once.</summary>
    public void RunAll()
    {
        foreach ((int layer, Convolution op, Tensor input, Tensor output) in _calls)
            Run(layer, op, input, output);
    }

    /// <summary>Seconds of every call, by layer.</summary>
    public double[][] Measure(int rounds)
    {
        var times = _layers.Select(_ => new List<double>()).ToArray();
        for (int round = -2; round < rounds; round++)
        {
            foreach ((int layer, Convolution op, Tensor input, Tensor output) in _calls)
            {
                long start = Stopwatch.GetTimestamp();
                Run(layer, op, input, output);
                if (round >= 0)
                    times[layer].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        return [.. times.Select(list => list.ToArray())];
    }

    public void Dispose()
    {
        _plan.Dispose();
        _arena.Dispose();
        _scratch.Dispose();
    }

    private void Run(int layer, in Convolution op, in Tensor input, in Tensor output)
    {
        if (_layers[layer].IsLinear)
            _backend.Linear(new Linear(op.Id, op.Weight, op.Bias), input, output);
        else
            _backend.Convolution(op, input, output);
    }
}
