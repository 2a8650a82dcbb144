using System.Runtime.CompilerServices;
using GradCam.Cpu.Pointwise.Functions;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Pointwise;

/// <summary>destination = activation(operation(x, y, z)), fused.</summary>
internal readonly unsafe struct ThenActivation<TOperation>(
    Team team, float* arena, TOperation operation, MapView x, MapView y, MapView z, Tensor destination) : IActivationUser
    where TOperation : unmanaged, IElementwise
{
    private readonly float* _arena = arena;

    /// <summary>Runs it.</summary>
    public static void Run(
        Team team, float* arena, TOperation operation, MapView x, MapView y, MapView z, in Activation activation, in Tensor destination)
    {
        var user = new ThenActivation<TOperation>(team, arena, operation, x, y, z, destination);
        ActivationDispatch.Use(activation, ref user);
    }

    public void Use<TFunction>(TFunction function)
        where TFunction : unmanaged, IActivationFunction =>
        ElementwiseJob<Fused<TOperation, TFunction>>.Run(team, _arena, new(operation, function), x, y, z, destination);
}

/// <summary>function(operation(x, y, z)).</summary>
internal readonly struct Fused<TOperation, TFunction>(TOperation operation, TFunction function) : IElementwise
    where TOperation : unmanaged, IElementwise
    where TFunction : unmanaged, IActivationFunction
{
    public static int Operands
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TOperation.Operands;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x, V y, V z)
        where V : struct, ILanes<V> => function.Apply(operation.Apply(x, y, z));
}
