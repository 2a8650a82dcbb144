using GradCam.Fuzz.Engine;

namespace GradCam.Fuzz.Targets;

/// <summary>The targets by name; each is made when it is asked for, as some prepare much.</summary>
internal static class AllTargets
{
    private static readonly (string Name, Func<FuzzTarget> Make)[] Targets =
    [
        (LabelTarget.TargetName, () => new LabelTarget()),
        (SpecTarget.TargetName, () => new SpecTarget()),
        (ManifestTarget.TargetName, () => new ManifestTarget()),
        (HeaderTarget.TargetName, () => new HeaderTarget()),
        (LoaderTarget.TargetName, () => new LoaderTarget()),
        (OnnxTarget.TargetName, () => new OnnxTarget()),
        (PhotoTarget.TargetName, () => new PhotoTarget()),
        (PackedFileTarget.TargetName, () => new PackedFileTarget()),
    ];

    public static IEnumerable<string> Names => Targets.Select(target => target.Name);

    public static FuzzTarget? Find(string name) => Targets.FirstOrDefault(target => target.Name == name).Make?.Invoke();
}
