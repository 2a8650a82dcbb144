using GradCam.Conformance.Cases;

namespace GradCam.Conformance;

/// <summary>
/// An operation's case as a network. A network's members are static, so which case it is, the calling thread says: <see cref="Use"/>. A backend calls the
/// schedule on the thread that it was called on.
/// </summary>
internal sealed class CaseNetwork : INetwork
{
    [ThreadStatic]
    private static Use? _current;

    public static NetworkInfo Info => Current.Info;

    private static Use Current => _current ?? throw new InvalidOperationException("The schedule runs on another thread than the one that called the backend.");

    public static void RunForward<TBackend>(ref TBackend backend)
        where TBackend : struct, IBackend => Current.Case.Forward(ref backend);

    public static void RunBackward<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend => Current.Case.Backward(ref backend);

    public static void RunSuffix<TBackend>(ref TBackend backend, int layer)
        where TBackend : struct, IBackend => throw new NotSupportedException("A case's layer has no suffix.");

    public static void RunSeededBackward<TBackend>(ref TBackend backend, int layer)
        where TBackend : struct, IBackend => Current.Case.Backward(ref backend);

    public static void RunGradientSums<TBackend>(ref TBackend backend, int layer, int @class, float seed)
        where TBackend : struct, IBackend => throw new NotSupportedException("A case's layer has no gradient sums.");

    /// <summary>A case that threads may be in.</summary>
    internal sealed class Use(OperationCase operation)
    {
        public OperationCase Case { get; } = operation;

        public NetworkInfo Info { get; } = new()
        {
            Name = "Case",
            Inputs = [new InputInfo { Name = "input", Tensor = new Tensor(0, operation.Workspace.Length, 1, 1) }],
            Outputs = [new OutputInfo { Name = "output", Tensor = operation.Output }],
            Layers = operation.InputGradient.IsEmpty ? [] : [
                new LayerInfo { Name = "input", Activation = operation.Input, Gradient = operation.InputGradient, SeededGradient = operation.InputGradient }],
            Weights = [.. operation.Weights.Select(weight => weight.Info)],
            WorkspaceLength = operation.Workspace.Length,
            Preprocessing = new ImagePreprocessing(),
            Labels = [],
        };

        /// <summary>Makes it the calling thread's network until the scope's end.</summary>
        public Scope Enter()
        {
            Use? before = _current;
            _current = this;
            return new Scope(before);
        }

        /// <summary>Ends with the case before.</summary>
        internal readonly ref struct Scope(Use? before)
        {
            public void Dispose() => _current = before;
        }
    }
}
