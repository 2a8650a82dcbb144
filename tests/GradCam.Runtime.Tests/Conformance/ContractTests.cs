using System.Reflection;
using GradCam.Conformance;
using GradCam.Conformance.Cases;
using GradCam.Reference;

namespace GradCam.Runtime.Tests.Conformance;

/// <summary>That nothing of the contract is left out: a member that is added has cases, and a definition in the reference.</summary>
public sealed class ContractTests
{
    private const int Seeds = 60;

    [Fact]
    public void Every_member_has_a_case()
    {
        // The checks read every case's output back.
        var called = new HashSet<string> { "Read(Tensor, Span`1)" };
        foreach (string name in OperationCases.Names)
        {
            for (int seed = 1; seed <= Seeds; seed++)
            {
                OperationCase operation = OperationCases.Create(name, seed);
                typeof(ContractTests).GetMethod(nameof(Run), BindingFlags.NonPublic | BindingFlags.Static)!
                    .MakeGenericMethod(RecordingBackend.Create(called).GetType())
                    .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [operation, RecordingBackend.Create(called)], null);
            }
        }

        Assert.Empty(RecordingBackend.Members.Except(called));
    }

    /// <summary>A member with a body of its own in the interface would otherwise do nothing there.</summary>
    [Fact]
    public void Every_member_has_a_definition_in_the_reference() =>
        Assert.Empty(RecordingBackend.Methods.Where(method => !IsImplementedBy(typeof(ReferenceBackend), method)).Select(RecordingBackend.Describe));

    private static bool IsImplementedBy(Type backend, MethodInfo member)
    {
        InterfaceMapping map = backend.GetInterfaceMap(member.DeclaringType!);
        return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, member)]?.DeclaringType == backend;
    }

    private static void Run<TBackend>(OperationCase operation, TBackend backend)
        where TBackend : struct, IBackend
    {
        operation.Forward(ref backend);
        if (!operation.InputGradient.IsEmpty)
            operation.Backward(ref backend);
    }
}
