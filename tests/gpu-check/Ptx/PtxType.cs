namespace GradCam.GpuCheck.Ptx;

/// <summary>Types of PTX. A name's size is in bits, apart from the predicate's.</summary>
internal enum PtxType
{
    Pred,
    B8,
    U8,
    S8,
    B16,
    U16,
    S16,
    B32,
    U32,
    S32,
    F32,
    B64,
    U64,
    S64,
    F64,
}
