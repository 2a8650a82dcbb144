using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Pointwise.Functions;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Reproducible;

/// <summary>Applies an activation to a map in place, or its gradient.</summary>
internal readonly unsafe struct ActivationPass : IActivationUser
{
    private readonly Team _team;
    private readonly MapView _saved;
    private readonly MapView _source;
    private readonly MapView _destination;
    private readonly Tensor _shape;
    private readonly bool _isGradient;
    private readonly bool _accumulate;

    private ActivationPass(Team team, MapView saved, MapView source, MapView destination, in Tensor shape, bool isGradient, bool accumulate) =>
        (_team, _saved, _source, _destination, _shape, _isGradient, _accumulate) = (team, saved, source, destination, shape, isGradient, accumulate);

    /// <summary>map = activation(map).</summary>
    public static void Apply(Team team, float* arena, in Activation activation, in Tensor map)
    {
        var view = new MapView(arena, map);
        Run(activation, new ActivationPass(team, default, view, view, map, isGradient: false, accumulate: false));
    }

    /// <summary>destination = outputGradient times the derivative at what was saved, or that added to it. The halo is the caller's.</summary>
    public static void ApplyGradient(
        Team team, float* arena, in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor destination, bool accumulate)
    {
        var pass = new ActivationPass(
            team, new MapView(arena, saved), new MapView(arena, outputGradient), new MapView(arena, destination), destination, isGradient: true, accumulate);
        ActivationDispatch.Use(activation, ref pass);
    }

    /// <summary>Multiplies a gradient by the derivative of the activation that made its tensor.</summary>
    public static void ApplyGate(Team team, float* arena, in Gate gate, in Tensor gradient)
    {
        if (gate.Activation.Kind != ActivationKind.None)
            ApplyGradient(team, arena, gate.Activation, gate.Output, gradient, gradient, accumulate: false);
    }

    public void Use<TFunction>(TFunction function)
        where TFunction : unmanaged, IActivationFunction
    {
        if (_isGradient)
        {
            Elementwise<ActivationGradient<TFunction>>.Run(
                _team, new(function), _saved, _source, default, _destination, _shape.Height, _shape.Width, _shape.Channels, _accumulate);
        }
        else
        {
            Elementwise<ActivationValue<TFunction>>.Run(
                _team, new(function), _source, default, default, _destination, _shape.Height, _shape.Width, _shape.Channels, accumulate: false);
        }
    }

    private static void Run(in Activation activation, ActivationPass pass)
    {
        if (activation.Kind != ActivationKind.None)
            ActivationDispatch.Use(activation, ref pass);
    }
}
