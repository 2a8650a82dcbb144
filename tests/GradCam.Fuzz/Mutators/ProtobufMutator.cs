using System.Text;

namespace GradCam.Fuzz.Mutators;

/// <summary>Changes protobuf messages field by field; the lengths around what has changed stay right.</summary>
/// <param name="vocabulary">Texts that a field may be replaced by.</param>
/// <param name="donors">Messages whose fields may be put in.</param>
internal sealed class ProtobufMutator(string[] vocabulary, IReadOnlyList<byte[]> donors)
{
    private const int MaxLength = 1 << 18;

    private static readonly TextMutator Names = new("a", "/", "::", "layer.0", "x y");
    private readonly List<ProtobufField>[] _donors = [.. donors.Select(donor => ProtobufField.Read(donor)).OfType<List<ProtobufField>>()];

    public byte[] Mutate(byte[] message, Random random)
    {
        if (random.Next(8) == 0 || ProtobufField.Read(message) is not { Count: > 0 } fields)
            return ByteMutator.Mutate(message, random);
        for (int edits = random.Next(1, 4); edits > 0 && fields.Count > 0; edits--)
            Edit(fields, random);
        return ProtobufField.Write(fields);
    }

    private void Edit(List<ProtobufField> root, Random random)
    {
        (List<ProtobufField> siblings, int at) = Pick(root, random);
        ProtobufField field = siblings[at];
        switch (random.Next(12))
        {
            case 0:
                siblings.RemoveAt(at);
                break;
            case 1:
                siblings.Insert(random.Next(siblings.Count + 1), field.Copy());
                break;
            case 2:
                Repeat(siblings, field, random);
                break;
            case 3:
                int other = random.Next(siblings.Count);
                (siblings[at], siblings[other]) = (siblings[other], siblings[at]);
                break;
            case 4:
                (List<ProtobufField> elsewhere, int place) = Pick(root, random);
                elsewhere.Insert(place, field.Copy());
                break;
            case 5:
                field.Number = random.Next(4) == 0 ? random.Next(1, 40) : Math.Max(1, field.Number + random.Next(-2, 3));
                break;
            case 6:
                Donate(siblings, at, random);
                break;
            case 7:
                Nest(siblings, at, random);
                break;
            default:
                Change(field, random);
                break;
        }
    }

    private static (List<ProtobufField> Siblings, int At) Pick(List<ProtobufField> root, Random random)
    {
        List<ProtobufField> siblings = root;
        while (true)
        {
            int at = random.Next(siblings.Count);
            if (siblings[at].Fields is not { Count: > 0 } inner || random.Next(4) == 0)
                return (siblings, at);
            siblings = inner;
        }
    }

    private void Change(ProtobufField field, Random random)
    {
        if (field.Wire != 2)
        {
            field.Value = random.Next(3) == 0 ? field.Value + (ulong)random.Next(-2, 3) : (ulong)ByteMutator.Limit(random);
            return;
        }

        byte[] bytes = field.Bytes ?? ProtobufField.Write(field.Fields!);
        field.Bytes = random.Next(3) switch
        {
            0 => Encoding.UTF8.GetBytes(vocabulary[random.Next(vocabulary.Length)]),
            1 => Names.Mutate(bytes, random),
            _ => ByteMutator.Mutate(bytes, random),
        };
        field.Fields = null;
    }

    /// <summary>As often as makes quadratic time show, sometimes.</summary>
    private static void Repeat(List<ProtobufField> siblings, ProtobufField field, Random random)
    {
        int length = ProtobufField.Write([field]).Length;
        int times = Math.Min(random.Next(8) == 0 ? random.Next(1, 10_000) : random.Next(1, 30), MaxLength / length);
        siblings.InsertRange(random.Next(siblings.Count + 1), Enumerable.Range(0, times).Select(_ => field.Copy()));
    }

    /// <summary>A field of the same number, if there is one, from another message.</summary>
    private void Donate(List<ProtobufField> siblings, int at, Random random)
    {
        ProtobufField[] fields = [.. _donors[random.Next(_donors.Length)].SelectMany(field => field.All())];
        ProtobufField[] alike = [.. fields.Where(field => field.Number == siblings[at].Number)];
        fields = alike.Length > 0 && random.Next(4) > 0 ? alike : fields;
        siblings.Insert(at, fields[random.Next(fields.Length)].Copy());
    }

    /// <summary>The field within itself, many levels deep.</summary>
    private static void Nest(List<ProtobufField> siblings, int at, Random random)
    {
        byte[] content = ProtobufField.Write([siblings[at]]);
        for (int depth = random.Next(8) == 0 ? random.Next(1, 2_000) : random.Next(1, 40); depth > 0; depth--)
            content = ProtobufField.Write([new ProtobufField { Number = siblings[at].Number, Wire = 2, Bytes = content }]);
        siblings[at] = new ProtobufField { Number = siblings[at].Number, Wire = 2, Bytes = content };
    }
}
