using System.Reflection;
using System.Reflection.Emit;

namespace GradCam.Conformance;

/// <summary>
/// A backend that computes nothing and notes which members of the contract are called. It is made by reflection over <see cref="IBackend"/> and all
/// interfaces that it inherits, so it has a member that is added tomorrow, too.
/// </summary>
public static class RecordingBackend
{
    private static readonly Type Recorder = Build();

    private static readonly FieldInfo CalledField = Recorder.GetField("Called")!;

    /// <summary>The members of the contract, with their parameters, as they are noted.</summary>
    public static IReadOnlyList<string> Members => [.. Methods.Select(Describe)];

    /// <summary>The methods of the contract.</summary>
    public static IEnumerable<MethodInfo> Methods =>
        ((Type[])[typeof(IBackend), .. typeof(IBackend).GetInterfaces()]).SelectMany(family => family.GetMethods()).Where(method => method.IsVirtual);

    /// <summary>Makes one, boxed: a struct, as schedules take it.</summary>
    /// <param name="called">Where the members that are called are noted.</param>
    public static IBackend Create(ISet<string> called)
    {
        object backend = Activator.CreateInstance(Recorder)!;
        CalledField.SetValue(backend, called);
        return (IBackend)backend;
    }

    /// <summary>A method's name and the types of its parameters.</summary>
    public static string Describe(MethodInfo method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return $"{method.Name}({string.Join(", ", method.GetParameters().Select(parameter => parameter.ParameterType.Name.TrimEnd('&')))})";
    }

    private static Type Build()
    {
        ModuleBuilder module = AssemblyBuilder.DefineDynamicAssembly(
            new AssemblyName("RecordingBackend"), AssemblyBuilderAccess.Run).DefineDynamicModule("Main");
        TypeBuilder type = module.DefineType("Recorder", TypeAttributes.Public | TypeAttributes.Sealed | TypeAttributes.SequentialLayout, typeof(ValueType));
        type.AddInterfaceImplementation(typeof(IBackend));
        FieldBuilder called = type.DefineField("Called", typeof(ISet<string>), FieldAttributes.Public);
        MethodInfo add = typeof(ISet<string>).GetMethod(nameof(ISet<string>.Add))!;
        foreach (MethodInfo method in Methods)
        {
            ParameterInfo[] parameters = method.GetParameters();
            MethodBuilder body = type.DefineMethod(
                $"{method.DeclaringType!.Name}.{method.Name}",
                MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.NewSlot,
                CallingConventions.HasThis, method.ReturnType, null, null, [.. parameters.Select(parameter => parameter.ParameterType)],
                [.. parameters.Select(parameter => parameter.GetRequiredCustomModifiers())],
                [.. parameters.Select(parameter => parameter.GetOptionalCustomModifiers())]);
            ILGenerator code = body.GetILGenerator();
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Ldfld, called);
            code.Emit(OpCodes.Ldstr, Describe(method));
            code.Emit(OpCodes.Callvirt, add);
            code.Emit(OpCodes.Pop);
            if (method.ReturnType != typeof(void))
                code.Emit(OpCodes.Ldloc, code.DeclareLocal(method.ReturnType));
            code.Emit(OpCodes.Ret);
            type.DefineMethodOverride(body, method);
        }

        return type.CreateType();
    }
}
