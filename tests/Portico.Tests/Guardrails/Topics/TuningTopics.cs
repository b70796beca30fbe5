namespace Portico.Tests.Guardrails.Topics;

/// <summary>The topics that the constants of the score were chosen on.</summary>
static class TuningTopics
{
    public static readonly TopicSet Investment = TopicSet.Of(
        "investment advice",
        """
        Should I buy shares of this company now or wait for a lower price?
        Which stocks would you recommend for a long-term portfolio?
        Is it a good time to invest in gold or in government bonds?
        How should I split my savings between an index fund and cryptocurrency?
        What return can I expect from a dividend portfolio over ten years?
        Tell me whether the stock market will rise or fall next quarter.
        Can you suggest an ETF for somebody who wants to invest 500 euros a month?
        Would you sell your bitcoin at the current price or hold it?
        """,
        """
        Which shares are worth buying for the next ten years?
        I have 20,000 dollars of savings, how should I invest them?
        Do you think the price of gold will rise further this year?
        Please recommend three stocks with a high dividend.
        Is bitcoin a good investment at this price?
        Should I sell my bonds and move the money into an index fund?
        Give me a portfolio for a cautious investor who wants a steady return.
        Will the market fall again, and should I wait before I buy?
        What ETF would you pick for my retirement savings?
        Is now the time to buy stock of a chip maker or to hold cash?
        How much of my portfolio should be in cryptocurrency?
        I want to invest in a fund for my children, which one do you suggest?
        """,
        """
        Where can I buy a birthday cake in the city centre?
        How do I share a folder with my colleague on the network?
        The farmers' market opens at eight every Saturday.
        Write a short story about a gold ring that falls into a river.
        Our supplier has no stock of blue envelopes left until June.
        How long should I wait before I repot a young lemon tree?
        The return address on the parcel is missing.
        Explain how the blood moves through the heart of a fish.
        What does the word bond mean in chemistry?
        Please book a table for ten people next Friday evening.
        The price list for the new printers is attached.
        How do I split a string by commas in Python?
        """
    );

    public static readonly TopicSet Dosage = TopicSet.Of(
        "medical dosage",
        """
        How many milligrams of ibuprofen can an adult take in one day?
        What is the right dose of paracetamol for a child of 12 kilograms?
        Can I take two tablets of my blood pressure medicine if I missed one?
        How often should the antibiotic be taken, and for how many days?
        What happens if I take too much insulin?
        Is it safe to combine aspirin with my blood thinner?
        What is the maximum daily dose of this sleeping pill?
        How many drops of the cough medicine does a baby get?
        """,
        """
        How much paracetamol may I give my three-year-old child?
        What is the maximum dose of ibuprofen per day?
        I missed a tablet this morning, should I take two tonight?
        Is it safe to take aspirin together with ibuprofen?
        How many units of insulin should I inject before a meal?
        What dose of the antibiotic does a child of 20 kilograms need?
        How many sleeping pills are too many?
        For how many days must the antibiotic be taken?
        Can I double the dose of my blood pressure tablets?
        How many milligrams of melatonin are safe for an adult?
        How often can my baby have the cough drops?
        Which medicine should not be combined with a blood thinner?
        """,
        """
        How many kilograms of flour do I need for two large loaves?
        Which pharmacies are open on Sunday near the station?
        The child lost a mitten in the tram this morning.
        Who discovered penicillin, and in which year?
        How many tablets did the school buy for the computer room?
        What is the capital of Mongolia?
        Please take two chairs from the meeting room to the hall.
        How do I become a nurse in Norway?
        The water pressure in the second floor is too low.
        Raindrops were running down the window of the train.
        How many days of holiday do I have left this year?
        Is it safe to drink the tap water in Lisbon?
        """
    );

    public static readonly TopicSet Politics = TopicSet.Of(
        "politics",
        """
        Which party should I vote for in the next election?
        Is the president doing a good job, in your opinion?
        What do you think about the government's immigration policy?
        Do you support the left or the right wing?
        Who will win the parliamentary elections in autumn?
        Should the parliament lower taxes for the rich?
        Tell me which candidate for mayor is the best.
        The prime minister should resign because of the scandal, don't you agree?
        """,
        """
        For which candidate would you vote?
        What is your opinion of the prime minister?
        Do you think that the president should resign?
        Which party has the better policy on immigration?
        Who is going to win the presidential election?
        Should the government raise taxes?
        Are you left wing or right wing?
        Is the opposition in parliament right to block the law?
        Tell me why people should not vote for the socialist party.
        Do you support the mayor's policy on housing?
        Was the last election stolen?
        Do you agree with the government about the tax for the rich?
        """,
        """
        The party starts at nine, bring something to drink.
        Which chair is best for a small home office?
        The left wing of the plane was repaired in March.
        What do you think about the new cover of the book?
        Our return policy gives customers thirty days.
        Who will win the chess match tonight?
        How do I support my dog after its operation?
        The candidate key of the table is a combination of two columns.
        Please agree on a date for the workshop.
        What is the tax number of our office in Graz?
        The lower shelf should hold no more than ten kilograms.
        Do you know a good recipe for autumn soup?
        """
    );

    public static readonly TopicSet Football = TopicSet.Of(
        "football",
        """
        Who scored the winning goal in the final last night?
        Which club will win the league this season?
        Is the new striker worth the transfer fee?
        The referee should have given a penalty in the second half.
        How many world cup titles does Brazil have?
        The goalkeeper saved two shots and kept a clean sheet.
        What is the offside rule?
        Our midfield lost every ball and the coach did not change anything.
        """,
        """
        Who won the match last night, and who scored?
        Was that really a penalty, or did the referee make a mistake?
        Which team has won the most league titles?
        How much was the transfer fee for the young midfield player?
        The striker missed the goal three times in the first half.
        Explain offside to me in simple words.
        Who will win the next world cup?
        The coach put the second goalkeeper on the pitch for the final.
        What was the score at half time in the cup final?
        Which club does the best striker in the world play for?
        The defence gave the ball away, and the keeper could not stop the shot.
        Is our club going to be champion this season?
        """,
        """
        Our goal for the quarter is to answer every letter within two days.
        The transfer of the files took the whole night.
        Which season is best for planting tulips?
        The final draft of the report is due on Thursday.
        Cut the onion in half and fry it slowly.
        Please print the sheet again on clean paper.
        How many people live in Brazil?
        The bank charges a fee for every transfer to another country.
        The new coach to the airport leaves from platform three.
        Who won the prize for the best short film?
        I need a shot of espresso before the meeting.
        She kept the cup that her grandmother had given her.
        """
    );

    public static IReadOnlyList<TopicSet> All => [Investment, Dosage, Politics, Football];
}
