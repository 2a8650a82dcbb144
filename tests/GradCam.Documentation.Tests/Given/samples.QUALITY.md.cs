// Calls the page's code with what reflection can pass.
namespace Given.Block1
{
    public static class Caller
    {
        public static double Share(PartNetwork network, byte[] gray, int width, int height, bool[] part)
        {
            using PartNetwork.Session session = network.CreateSession();
            return Inspection.Look(session, gray, width, height, part).ShareOnPart;
        }

        public static bool IsForAPerson(float probability, double share) => Inspection.IsForAPerson(new Finding(probability, 1, 1, share));
    }
}
