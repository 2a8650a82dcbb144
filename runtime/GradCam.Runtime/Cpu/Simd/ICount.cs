using System.Runtime.InteropServices;

namespace GradCam.Cpu.Simd;

/// <summary>
/// A small number as a type: <c>sizeof(T)</c>, which the compiler knows when it imports a method, so that code for other numbers is never compiled and loops
/// need no counter.
/// </summary>
internal interface ICount;

/// <summary>The number 1.</summary>
[StructLayout(LayoutKind.Sequential, Size = 1)]
internal struct N1 : ICount;

/// <summary>The number 2.</summary>
[StructLayout(LayoutKind.Sequential, Size = 2)]
internal struct N2 : ICount;

/// <summary>The number 3.</summary>
[StructLayout(LayoutKind.Sequential, Size = 3)]
internal struct N3 : ICount;

/// <summary>The number 4.</summary>
[StructLayout(LayoutKind.Sequential, Size = 4)]
internal struct N4 : ICount;

/// <summary>The number 5.</summary>
[StructLayout(LayoutKind.Sequential, Size = 5)]
internal struct N5 : ICount;

/// <summary>The number 6.</summary>
[StructLayout(LayoutKind.Sequential, Size = 6)]
internal struct N6 : ICount;

/// <summary>The number 7.</summary>
[StructLayout(LayoutKind.Sequential, Size = 7)]
internal struct N7 : ICount;

/// <summary>The number 8.</summary>
[StructLayout(LayoutKind.Sequential, Size = 8)]
internal struct N8 : ICount;

/// <summary>The number 9.</summary>
[StructLayout(LayoutKind.Sequential, Size = 9)]
internal struct N9 : ICount;

/// <summary>The number 10.</summary>
[StructLayout(LayoutKind.Sequential, Size = 10)]
internal struct N10 : ICount;

/// <summary>The number 11.</summary>
[StructLayout(LayoutKind.Sequential, Size = 11)]
internal struct N11 : ICount;

/// <summary>The number 12.</summary>
[StructLayout(LayoutKind.Sequential, Size = 12)]
internal struct N12 : ICount;

/// <summary>The number 13.</summary>
[StructLayout(LayoutKind.Sequential, Size = 13)]
internal struct N13 : ICount;

/// <summary>The number 14.</summary>
[StructLayout(LayoutKind.Sequential, Size = 14)]
internal struct N14 : ICount;
