using System.Reflection;
using GradCam.Contract;
using GradCam.Weights;

namespace GradCam.Gen.Tests.Networks;

/// <summary>A compiled network's class, without its name at compile time.</summary>
internal sealed class NetworkClass
{
    private readonly Type _type;

    public NetworkClass(Type type)
    {
        _type = type;
        MethodInfo info = typeof(NetworkClass).GetMethod(nameof(InfoOf), BindingFlags.NonPublic | BindingFlags.Static)!;
        Info = (NetworkInfo)info.MakeGenericMethod(type).Invoke(null, null)!;
    }

    public NetworkInfo Info { get; }

    public GradCam.Contract.Model Prepare(BackendProvider backend, WeightSource weights, int threads = 1) =>
        (GradCam.Contract.Model)typeof(BackendProvider).GetMethod(nameof(BackendProvider.Prepare))!.MakeGenericMethod(_type)
            .Invoke(backend, BindingFlags.DoNotWrapExceptions, null, [weights, new CpuOptions { Threads = threads }], null)!;

    private static NetworkInfo InfoOf<TNetwork>()
        where TNetwork : INetwork => TNetwork.Info;
}
