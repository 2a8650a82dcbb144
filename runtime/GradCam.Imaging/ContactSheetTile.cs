namespace GradCam.Imaging;

/// <summary>A picture on a contact sheet, and the text below it.</summary>
public sealed class ContactSheetTile
{
    /// <summary>The picture.</summary>
    public required Photo Picture { get; init; }

    /// <summary>The line below it.</summary>
    public string Title { get; init; } = "";

    /// <summary>Smaller matters below that, in grey.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];
}
