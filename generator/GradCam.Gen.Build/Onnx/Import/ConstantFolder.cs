namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Evaluates operators on constants: the shape arithmetic that exporters leave in a graph (Shape, Gather, Concat, Cast, Range …) and what they do to weights
/// (Transpose, DequantizeLinear, Mul …). Elements are whole numbers (64 bits) or single-precision reals, computed in double precision.
/// </summary>
internal sealed class ConstantFolder(ImportBudget budget)
{
    /// <summary>The node's outputs; null where the operator is none of those that are folded.</summary>
    /// <param name="node">The node.</param>
    /// <param name="inputs">Its inputs; null for one that is left out.</param>
    /// <param name="opset">The version of the operator set.</param>
    public OnnxTensor[]? Evaluate(OnnxNode node, OnnxTensor?[] inputs, int opset)
    {
        if (node.Domain.Length > 0)
            return null;
        OnnxTensor In(int index) =>
            index < inputs.Length && inputs[index] is OnnxTensor tensor ? tensor : throw new OnnxImportException($"input {index} is missing");
        OnnxTensor? Optional(int index) => index < inputs.Length ? inputs[index] : null;
        return node.Operator switch
        {
            "Constant" => [Constant(node)],
            "ConstantOfShape" => [ConstantOfShape(node, In(0))],
            "Identity" or "Dropout" => [In(0)],
            "Shape" => [Shape(node, In(0).Shape)],
            "Size" => [OnnxTensor.FromIntegers([], [In(0).Count])],
            "Cast" => [Cast(node, In(0))],
            "Reshape" => [In(0).Reshape(Indexing.ReshapeTarget(In(0).Shape, In(1).ToIntegers(), node.Int("allowzero", 0) != 0))],
            "Flatten" => [Flatten(node, In(0))],
            "Squeeze" => [Squeeze(node, In(0), Optional(1))],
            "Unsqueeze" => [Unsqueeze(node, In(0), Optional(1))],
            "Transpose" => [Transpose(In(0), node.Ints("perm"))],
            "Gather" => [Gather(node, In(0), In(1))],
            "Concat" => [Concat(node, inputs.Select((_, i) => In(i)).ToArray())],
            "Slice" => [Slice(node, In(0), Optional(1), Optional(2), Optional(3), Optional(4), opset)],
            "Split" => Split(node, In(0), Optional(1)),
            "Range" => [Range(In(0), In(1), In(2))],
            "Expand" => [Expand(In(0), In(1))],
            "Tile" => [Tile(In(0), In(1))],
            "Where" => [Where(In(0), In(1), In(2))],
            "DequantizeLinear" => [Dequantize(node, In(0), In(1), Optional(2))],
            "ReduceProd" or "ReduceSum" or "ReduceMean" or "ReduceMax" or "ReduceMin" => [Reduce(node, In(0), Optional(1))],
            "Add" or "Sub" or "Mul" or "Div" or "Mod" or "Pow" or "Min" or "Max" or "Sum" => [Fold(node.Operator, inputs.Select((_, i) => In(i)).ToArray())],
            "Equal" or "Less" or "Greater" or "LessOrEqual" or "GreaterOrEqual" or "And" or "Or" => [Compare(node.Operator, In(0), In(1))],
            "Neg" or "Abs" or "Floor" or "Ceil" or "Round" or "Relu" or "Sqrt" or "Reciprocal" or "Exp" or "Log" or "Not" => [Unary(node.Operator, In(0))],
            _ => null,
        };
    }

    /// <summary>Shape's output: a constant even where the tensor is not.</summary>
    public static OnnxTensor Shape(OnnxNode node, int[] shape)
    {
        int rank = shape.Length;
        int start = node.Int("start", 0);
        int end = node.Int("end", rank);
        start = Math.Min(Math.Max(start < 0 ? start + rank : start, 0), rank);
        end = Math.Min(Math.Max(end < 0 ? end + rank : end, 0), rank);
        long[] sizes = shape.Skip(start).Take(Math.Max(end - start, 0)).Select(size => (long)size).ToArray();
        return OnnxTensor.FromIntegers([sizes.Length], sizes);
    }

    /// <summary>Row-major transposition.</summary>
    public OnnxTensor Transpose(OnnxTensor tensor, IReadOnlyList<int>? permutation)
    {
        int rank = tensor.Shape.Length;
        permutation ??= Enumerable.Range(0, rank).Reverse().ToArray();
        if (permutation.Count != rank || !permutation.OrderBy(i => i).SequenceEqual(Enumerable.Range(0, rank)))
            throw new OnnxImportException($"permutation [{string.Join(", ", permutation)}] of a tensor of {rank} dimensions");
        int[] strides = Indexing.Strides(tensor.Shape);
        int[] shape = permutation.Select(i => tensor.Shape[i]).ToArray();
        return Pick(tensor, shape, new IndexWalk(shape, permutation.Select(i => strides[i]).ToArray()));
    }

    /// <summary>A tensor of the elements at the positions of another that a walk leads to.</summary>
    private OnnxTensor Pick(OnnxTensor tensor, int[] shape, IndexWalk walk)
    {
        if (tensor.Type.IsFloat())
        {
            var floats = new float[budget.Take(shape, sizeof(float))];
            for (int i = 0; i < floats.Length; i++)
                floats[i] = tensor.Real(walk.Next());
            return OnnxTensor.FromFloats(shape, floats);
        }
        var integers = new long[budget.Take(shape, sizeof(long))];
        for (int i = 0; i < integers.Length; i++)
            integers[i] = tensor.Whole(walk.Next());
        return OnnxTensor.FromIntegers(shape, integers, tensor.Type);
    }

    private static OnnxTensor Constant(OnnxNode node)
    {
        foreach (KeyValuePair<string, OnnxAttribute> pair in node.Attributes)
        {
            OnnxAttribute value = pair.Value;
            switch (pair.Key)
            {
                case "value" when value.Tensor is not null:
                    return value.Tensor;
                case "value_float" when value.Float is not null:
                    return OnnxTensor.FromFloats([], [value.Float.Value]);
                case "value_int" when value.Integer is not null:
                    return OnnxTensor.FromIntegers([], [value.Integer.Value]);
                case "value_floats" when value.Floats is not null:
                    return OnnxTensor.FromFloats([value.Floats.Length], value.Floats);
                case "value_ints" when value.Integers is not null:
                    return OnnxTensor.FromIntegers([value.Integers.Length], value.Integers);
            }
        }
        throw new OnnxImportException(
            "its value is " + (node.Attributes.Values.FirstOrDefault(value => value.Unsupported is not null)?.Unsupported ?? "not a tensor of numbers"));
    }

    private OnnxTensor ConstantOfShape(OnnxNode node, OnnxTensor shapeTensor)
    {
        int[] shape = ShapeOf(shapeTensor);
        OnnxTensor? value = node.Attributes.TryGetValue("value", out OnnxAttribute? attribute) ? attribute.Tensor : null;
        if (value is not null && value.Count != 1)
            throw new OnnxImportException($"attribute value has {value.Count} elements, not one");
        return value is null || value.Type.IsFloat()
            ? OnnxTensor.FromFloats(shape, Filled(budget.Take(shape, sizeof(float)), value?.Real(0) ?? 0f))
            : OnnxTensor.FromIntegers(shape, Filled(budget.Take(shape, sizeof(long)), value.Whole(0)), value.Type);
    }

    private static T[] Filled<T>(int count, T value)
    {
        var values = new T[count];
        for (int i = 0; i < count; i++)
            values[i] = value;
        return values;
    }

    private OnnxTensor Cast(OnnxNode node, OnnxTensor tensor)
    {
        var type = (ElementType)node.Int("to", 0);
        if (type.Size() == 0)
            throw new OnnxImportException($"a cast to {type} is not supported");
        if (type == tensor.Type)
            return tensor;
        budget.Take(tensor.Shape, type.IsFloat() ? sizeof(float) : sizeof(long));
        if (type.IsFloat())
            return OnnxTensor.FromFloats(tensor.Shape, tensor.ToFloats());
        if (type != ElementType.Bool)
            return OnnxTensor.FromIntegers(tensor.Shape, tensor.ToIntegers(), type);
        var truths = new long[tensor.Count];
        for (int i = 0; i < truths.Length; i++)
            truths[i] = (tensor.Type.IsFloat() ? tensor.Real(i) != 0 : tensor.Whole(i) != 0) ? 1 : 0;
        return OnnxTensor.FromIntegers(tensor.Shape, truths, type);
    }

    private static OnnxTensor Flatten(OnnxNode node, OnnxTensor tensor)
    {
        int rank = tensor.Shape.Length;
        int axis = node.Int("axis", 1);
        if (axis < -rank || axis > rank)
            throw new OnnxImportException($"axis {axis} of a tensor of {rank} dimensions");
        axis = axis < 0 ? axis + rank : axis;
        return tensor.Reshape([Product(tensor.Shape.Take(axis)), Product(tensor.Shape.Skip(axis))]);
    }

    private static OnnxTensor Squeeze(OnnxNode node, OnnxTensor tensor, OnnxTensor? axesTensor)
    {
        int rank = tensor.Shape.Length;
        IEnumerable<long>? given = axesTensor?.ToIntegers() ?? node.Ints("axes")?.Select(axis => (long)axis);
        int[] axes = given is null
            ? Enumerable.Range(0, rank).Where(i => tensor.Shape[i] == 1).ToArray()
            : Indexing.Axes(given, rank);
        foreach (int axis in axes)
        {
            if (tensor.Shape[axis] != 1)
                throw new OnnxImportException($"squeezes axis {axis} of shape {ShapeText.Format(tensor.Shape)}, whose size is not 1");
        }
        return tensor.Reshape(tensor.Shape.Where((_, i) => !axes.Contains(i)).ToArray());
    }

    private static OnnxTensor Unsqueeze(OnnxNode node, OnnxTensor tensor, OnnxTensor? axesTensor)
    {
        long[] given = axesTensor?.ToIntegers() ?? node.Ints("axes")?.Select(axis => (long)axis).ToArray() ?? throw new OnnxImportException("axes are missing");
        if (given.Length > 32)
            throw new OnnxImportException($"{given.Length} axes");
        List<int> shape = [.. tensor.Shape];
        foreach (int axis in Indexing.Axes(given, tensor.Shape.Length + given.Length).OrderBy(axis => axis))
            shape.Insert(axis, 1);
        return tensor.Reshape(shape.ToArray());
    }

    private OnnxTensor Gather(OnnxNode node, OnnxTensor data, OnnxTensor indices)
    {
        int axis = Indexing.Axis(node.Int("axis", 0), data.Shape.Length);
        int size = data.Shape[axis];
        int inner = Product(data.Shape.Skip(axis + 1));
        int outer = Product(data.Shape.Take(axis));
        int[] shape = [.. data.Shape.Take(axis), .. indices.Shape, .. data.Shape.Skip(axis + 1)];
        bool real = data.Type.IsFloat();
        int count = budget.Take(shape, real ? sizeof(float) : sizeof(long));
        float[] floats = real ? new float[count] : [];
        long[] integers = real ? [] : new long[count];
        int at = 0;
        for (int o = 0; o < outer && count > 0; o++)
        {
            for (int n = 0; n < indices.Count; n++)
            {
                int start = (o * size + Indexing.Index(indices.Whole(n), size)) * inner;
                for (int k = 0; k < inner; k++, at++)
                {
                    if (real)
                        floats[at] = data.Real(start + k);
                    else
                        integers[at] = data.Whole(start + k);
                }
            }
        }
        return real ? OnnxTensor.FromFloats(shape, floats) : OnnxTensor.FromIntegers(shape, integers, data.Type);
    }

    private OnnxTensor Concat(OnnxNode node, OnnxTensor[] inputs)
    {
        if (inputs.Length == 0)
            throw new OnnxImportException("has no inputs");
        int rank = inputs[0].Shape.Length;
        int axis = Indexing.Axis(node.Int("axis", 0), rank);
        int[] shape = [.. inputs[0].Shape];
        long along = 0;
        foreach (OnnxTensor input in inputs)
        {
            if (input.Shape.Length != rank || Enumerable.Range(0, rank).Any(i => i != axis && input.Shape[i] != shape[i]))
                throw new OnnxImportException($"concatenates shapes {ShapeText.Format(shape)} and {ShapeText.Format(input.Shape)} along axis {axis}");
            along += input.Shape[axis];
        }
        shape[axis] = along <= int.MaxValue ? (int)along : throw new OnnxImportException("the concatenation is too long");
        bool real = inputs.Any(input => input.Type.IsFloat());
        int count = budget.Take(shape, real ? sizeof(float) : sizeof(long));
        int outer = count == 0 ? 0 : Product(shape.Take(axis));
        float[] floats = real ? new float[count] : [];
        long[] integers = real ? [] : new long[count];
        int offset = 0;
        foreach (OnnxTensor input in inputs)
        {
            int run = outer == 0 ? 0 : input.Count / outer;
            for (int i = 0; i < run * outer; i++)
            {
                int at = i / run * (count / outer) + offset + i % run;
                if (real)
                    floats[at] = input.Real(i);
                else
                    integers[at] = input.Whole(i);
            }
            offset += run;
        }
        return real ? OnnxTensor.FromFloats(shape, floats) : OnnxTensor.FromIntegers(shape, integers, inputs[0].Type);
    }

    private OnnxTensor Slice(OnnxNode node, OnnxTensor data, OnnxTensor? starts, OnnxTensor? ends, OnnxTensor? axes, OnnxTensor? steps, int opset)
    {
        int rank = data.Shape.Length;
        int[] shape = [.. data.Shape];
        int[] strides = Indexing.Strides(data.Shape);
        int start = 0;
        foreach (SliceRange range in SliceRange.Of(node, starts, ends, axes, steps, data.Shape, opset))
        {
            shape[range.Axis] = range.Count;
            start += range.Start * strides[range.Axis];
            strides[range.Axis] *= range.Step;
        }
        return rank == 0 ? data : Pick(data, shape, new IndexWalk(shape, strides, start));
    }

    private OnnxTensor[] Split(OnnxNode node, OnnxTensor data, OnnxTensor? sizes)
    {
        int axis = Indexing.Axis(node.Int("axis", 0), data.Shape.Length);
        int[] parts = SliceRange.Split(node, sizes, data.Shape[axis]);
        var results = new OnnxTensor[parts.Length];
        int start = 0;
        int[] strides = Indexing.Strides(data.Shape);
        for (int i = 0; i < parts.Length; i++)
        {
            int[] shape = [.. data.Shape];
            shape[axis] = parts[i];
            results[i] = Pick(data, shape, new IndexWalk(shape, strides, start * strides[axis]));
            start += parts[i];
        }
        return results;
    }

    private OnnxTensor Range(OnnxTensor startTensor, OnnxTensor limitTensor, OnnxTensor deltaTensor)
    {
        if (startTensor.Count != 1 || limitTensor.Count != 1 || deltaTensor.Count != 1)
            throw new OnnxImportException("start, limit and delta are not numbers");
        double start = Number(startTensor), limit = Number(limitTensor), delta = Number(deltaTensor);
        double length = Math.Max(Math.Ceiling((limit - start) / delta), 0);
        if (delta == 0 || double.IsNaN(length) || length > int.MaxValue)
            throw new OnnxImportException($"a range from {start} to {limit} by {delta}");
        if (startTensor.Type.IsFloat())
        {
            var floats = new float[budget.Take([(int)length], sizeof(float))];
            for (int i = 0; i < floats.Length; i++)
                floats[i] = (float)(start + i * delta);
            return OnnxTensor.FromFloats([floats.Length], floats);
        }
        var integers = new long[budget.Take([(int)length], sizeof(long))];
        for (int i = 0; i < integers.Length; i++)
            integers[i] = (long)(start + i * delta);
        return OnnxTensor.FromIntegers([integers.Length], integers, startTensor.Type);
    }

    private static double Number(OnnxTensor tensor) => tensor.Type.IsFloat() ? tensor.Real(0) : tensor.Whole(0);

    private OnnxTensor Expand(OnnxTensor tensor, OnnxTensor shapeTensor)
    {
        int[] shape = Indexing.Broadcast(tensor.Shape, ShapeOf(shapeTensor));
        return Pick(tensor, shape, IndexWalk.Broadcast(tensor.Shape, shape));
    }

    private OnnxTensor Tile(OnnxTensor tensor, OnnxTensor repeats)
    {
        long[] times = repeats.ToIntegers();
        if (times.Length != tensor.Shape.Length || times.Any(time => time is < 0 or > int.MaxValue))
            throw new OnnxImportException("its repeats do not fit");
        int[] shape = tensor.Shape.Select((size, i) => (int)Math.Min(size * times[i], int.MaxValue)).ToArray();
        if (tensor.Shape.Length > OnnxTensor.MaximumRank / 2)
            throw new OnnxImportException($"repeats a tensor of {tensor.Shape.Length} dimensions");
        // Repeating an axis of n is walking over (times, n) without a step along the first: the same elements, twice as many dimensions.
        int[] strides = Indexing.Strides(tensor.Shape);
        int[] pairs = tensor.Shape.SelectMany((size, i) => new[] { (int)times[i], size }).ToArray();
        int[] steps = strides.SelectMany(stride => new[] { 0, stride }).ToArray();
        return Pick(tensor, shape, new IndexWalk(pairs, steps));
    }

    private OnnxTensor Where(OnnxTensor condition, OnnxTensor yes, OnnxTensor no)
    {
        int[] shape = Indexing.Broadcast(condition.Shape, yes.Shape, no.Shape);
        IndexWalk test = IndexWalk.Broadcast(condition.Shape, shape);
        IndexWalk yesWalk = IndexWalk.Broadcast(yes.Shape, shape), noWalk = IndexWalk.Broadcast(no.Shape, shape);
        if (yes.Type.IsFloat())
        {
            var floats = new float[budget.Take(shape, sizeof(float))];
            for (int i = 0; i < floats.Length; i++)
            {
                int first = yesWalk.Next(), second = noWalk.Next();
                floats[i] = condition.Whole(test.Next()) != 0 ? yes.Real(first) : no.Real(second);
            }
            return OnnxTensor.FromFloats(shape, floats);
        }
        var integers = new long[budget.Take(shape, sizeof(long))];
        for (int i = 0; i < integers.Length; i++)
        {
            int first = yesWalk.Next(), second = noWalk.Next();
            integers[i] = condition.Whole(test.Next()) != 0 ? yes.Whole(first) : no.Whole(second);
        }
        return OnnxTensor.FromIntegers(shape, integers, yes.Type);
    }

    /// <summary>(x - zero point) * scale, with one scale a tensor or one an index of an axis.</summary>
    private OnnxTensor Dequantize(OnnxNode node, OnnxTensor quantized, OnnxTensor scale, OnnxTensor? zeroPoint)
    {
        int channels = scale.Count;
        int axis = channels == 1 ? 0 : Indexing.Axis(node.Int("axis", 1), quantized.Shape.Length);
        if (channels != 1 && (scale.Shape.Length != 1 || quantized.Shape[axis] != channels))
        {
            throw new OnnxImportException(
                $"scale of shape {ShapeText.Format(scale.Shape)} for a tensor of shape {ShapeText.Format(quantized.Shape)} (blocks are not supported)");
        }

        if (zeroPoint is not null && zeroPoint.Count != channels)
            throw new OnnxImportException($"{zeroPoint.Count} zero points for {channels} scales");
        int inner = channels == 1 ? 1 : Product(quantized.Shape.Skip(axis + 1));
        var result = new float[budget.Take(quantized.Shape)];
        for (int i = 0; i < result.Length; i++)
        {
            int channel = i / inner % channels;
            result[i] = (quantized.Whole(i) - (zeroPoint?.Whole(channel) ?? 0)) * scale.Real(channel);
        }
        return OnnxTensor.FromFloats(quantized.Shape, result);
    }

    private OnnxTensor Reduce(OnnxNode node, OnnxTensor tensor, OnnxTensor? axesTensor)
    {
        int rank = tensor.Shape.Length;
        IEnumerable<long>? given = axesTensor?.ToIntegers() ?? node.Ints("axes")?.Select(axis => (long)axis);
        int[] axes = given is null ? [] : Indexing.Axes(given, rank);
        if (axes.Length == 0 && node.Int("noop_with_empty_axes", 0) == 0)
            axes = Enumerable.Range(0, rank).ToArray();
        bool keep = node.Int("keepdims", 1) != 0;
        int[] kept = tensor.Shape.Select((size, i) => axes.Contains(i) ? 1 : size).ToArray();
        bool real = tensor.Type.IsFloat();
        int count = budget.Take(kept, sizeof(double) + sizeof(int) + sizeof(long));
        var result = new double[count];
        var terms = new int[count];
        IndexWalk target = IndexWalk.Broadcast(kept, tensor.Shape);
        for (int i = 0; i < tensor.Count; i++)
        {
            double value = real ? tensor.Real(i) : tensor.Whole(i);
            int at = target.Next();
            bool first = terms[at]++ == 0;
            result[at] = node.Operator switch
            {
                "ReduceProd" => first ? value : result[at] * value,
                "ReduceMax" => first ? value : Math.Max(result[at], value),
                "ReduceMin" => first ? value : Math.Min(result[at], value),
                _ => result[at] + value,
            };
        }
        if (node.Operator == "ReduceMean")
        {
            for (int i = 0; i < count; i++)
                result[i] /= Math.Max(terms[i], 1);
        }
        int[] shape = keep ? kept : kept.Where((_, i) => !axes.Contains(i)).ToArray();
        return real
            ? OnnxTensor.FromFloats(shape, Array.ConvertAll(result, value => (float)value))
            : OnnxTensor.FromIntegers(shape, Array.ConvertAll(result, Whole), tensor.Type);
    }

    private OnnxTensor Fold(string op, OnnxTensor[] inputs)
    {
        if (inputs.Length == 0)
            throw new OnnxImportException("has no inputs");
        OnnxTensor result = inputs[0];
        for (int i = 1; i < inputs.Length; i++)
            result = Binary(op, result, inputs[i]);
        return result;
    }

    private OnnxTensor Binary(string op, OnnxTensor a, OnnxTensor b)
    {
        int[] shape = Indexing.Broadcast(a.Shape, b.Shape);
        IndexWalk aWalk = IndexWalk.Broadcast(a.Shape, shape), bWalk = IndexWalk.Broadcast(b.Shape, shape);
        // A power has its base's type, everything else one type throughout.
        if (a.Type.IsFloat() || (b.Type.IsFloat() && op != "Pow"))
        {
            var reals = new float[budget.Take(shape, sizeof(float))];
            for (int i = 0; i < reals.Length; i++)
                reals[i] = (float)Real(op, a.Real(aWalk.Next()), b.Real(bWalk.Next()));
            return OnnxTensor.FromFloats(shape, reals);
        }
        var wholes = new long[budget.Take(shape, sizeof(long))];
        for (int i = 0; i < wholes.Length; i++)
        {
            int x = aWalk.Next(), y = bWalk.Next();
            wholes[i] = b.Type.IsFloat() ? Whole((float)Real(op, a.Real(x), b.Real(y))) : Integer(op, a.Whole(x), b.Whole(y));
        }
        return OnnxTensor.FromIntegers(shape, wholes, a.Type);
    }

    private static double Real(string op, double x, double y) => op switch
    {
        "Add" or "Sum" => x + y,
        "Sub" => x - y,
        "Mul" => x * y,
        "Div" => x / y,
        "Mod" => x % y,
        "Pow" => Math.Pow(x, y),
        "Min" => Math.Min(x, y),
        _ => Math.Max(x, y),
    };

    private static long Integer(string op, long x, long y) => op switch
    {
        "Add" or "Sum" => unchecked(x + y),
        "Sub" => unchecked(x - y),
        "Mul" => unchecked(x * y),
        "Div" => y == 0 ? throw new OnnxImportException("divides by zero") : y == -1 ? unchecked(-x) : x / y,
        // ONNX's default follows Python: the sign of the divisor.
        "Mod" => y == 0 ? throw new OnnxImportException("divides by zero") : y == -1 ? 0 : ((x % y) + y) % y,
        "Pow" => Whole(Math.Pow(x, y)),
        "Min" => Math.Min(x, y),
        _ => Math.Max(x, y),
    };

    private OnnxTensor Compare(string op, OnnxTensor a, OnnxTensor b)
    {
        int[] shape = Indexing.Broadcast(a.Shape, b.Shape);
        IndexWalk x = IndexWalk.Broadcast(a.Shape, shape), y = IndexWalk.Broadcast(b.Shape, shape);
        var result = new long[budget.Take(shape, sizeof(long))];
        for (int i = 0; i < result.Length; i++)
        {
            float left = a.Real(x.Next()), right = b.Real(y.Next());
            bool holds = op switch
            {
                "Equal" => left == right,
                "Less" => left < right,
                "Greater" => left > right,
                "LessOrEqual" => left <= right,
                "GreaterOrEqual" => left >= right,
                "And" => left != 0 && right != 0,
                _ => left != 0 || right != 0,
            };
            result[i] = holds ? 1 : 0;
        }
        return OnnxTensor.FromIntegers(shape, result, ElementType.Bool);
    }

    private OnnxTensor Unary(string op, OnnxTensor tensor)
    {
        // The operand, where it still lies in the file, and the result.
        budget.Take(tensor.Shape, 2 * (tensor.Type.IsFloat() ? sizeof(float) : sizeof(long)));
        if (!tensor.Type.IsFloat())
        {
            return OnnxTensor.FromIntegers(
                tensor.Shape,
                Array.ConvertAll(tensor.ToIntegers(), value => op switch
                {
                    "Neg" => unchecked(-value),
                    "Abs" => value < 0 ? unchecked(-value) : value,
                    "Not" => value == 0 ? 1L : 0,
                    "Relu" => Math.Max(value, 0),
                    "Floor" or "Ceil" or "Round" => value,
                    _ => throw new OnnxImportException("works on real numbers, found whole ones"),
                }),
                tensor.Type);
        }
        return OnnxTensor.FromFloats(
            tensor.Shape,
            Array.ConvertAll(tensor.ToFloats(), value => op switch
            {
                "Neg" => -value,
                "Abs" => Math.Abs(value),
                "Floor" => (float)Math.Floor(value),
                "Ceil" => (float)Math.Ceiling(value),
                "Round" => (float)Math.Round(value),
                "Relu" => Math.Max(value, 0),
                "Sqrt" => (float)Math.Sqrt(value),
                "Exp" => (float)Math.Exp(value),
                "Log" => (float)Math.Log(value),
                "Reciprocal" => 1 / value,
                _ => throw new OnnxImportException("works on truth values, found real numbers"),
            }));
    }

    private static int[] ShapeOf(OnnxTensor tensor)
    {
        long[] sizes = tensor.ToIntegers();
        if (sizes.Length > 32 || sizes.Any(size => size is < 0 or > int.MaxValue))
            throw new OnnxImportException($"a shape of [{string.Join(", ", sizes.Take(33))}]");
        return Array.ConvertAll(sizes, size => (int)size);
    }

    private static long Whole(double value) => value is >= -9.2e18 and <= 9.2e18 ? (long)value : 0;

    private static int Product(IEnumerable<int> sizes)
    {
        int product = 1;
        foreach (int size in sizes)
            product = checked(product * size);
        return product;
    }
}
