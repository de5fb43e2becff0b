"""Everyday English: words never taken for misspelt names, and words too vague to name a column."""

from __future__ import annotations

from bot.agent.offline.lexicon import words

FUNCTION_WORDS: frozenset[str] = words(
    """
    a about above after again against all also always am among an and another any anyone anything
    are around as at away back be because been before being below best better between both but by
    can cannot come could did do does doing done down each either else enough even ever every few
    first for from further get give go going good got had has have having he hello help her here
    hers hey hi him his how i if in instead into is it its itself just keep know last least less
    let like look made make many may me mean might mine more most much must my myself near need
    never new next no none nor not nothing now of off ok okay on once one only or other others
    ought our ours out over own per please put quite rather really right same say see shall she
    should show since so some someone something soon still such sure take tell than thank thanks
    that the their them then there these they thing things think this those though through thus
    till to together too toward try two under unless until up upon us use using very via want was
    way we well were what whatever when where whether which while who whole whom whose why will
    with within without would yes yet you your yours
    """
)

VAGUE: frozenset[str] = words(
    """
    number count total mean average value values column columns row rows data dataset file table
    record records feature features variable variables label target model models id per sum min
    max median amount list level rate share percent percentage kind sort
    """
)

ORDINARY: frozenset[str] = FUNCTION_WORDS | words(
    """
    able accept access account across act action actual add advice afternoon ago agree alright
    already amazing answer anyway apart apparently appear apply area argue arrive ask asleep
    assistant assume attach awesome bad ball band bank bar base basic bathroom beautiful become
    bed began begin behind believe big birthday black blue board body book boss bother bottom
    bought box boy brain break breakfast bring broken brother bug build building bunch bus
    business busy button buy cake call called came capital car card care careful case cat catch
    cause certain chance change channel chat cheap check child children choice choose church city
    class clear clearly click close code coffee cold colleague collect color colour common company
    complete computer concern confuse consider contact continue control cool copy correct cost
    count country couple course cover crazy create crew current customer cut cute dad daily dark
    date day dead deal dear death decide deep definitely describe desk detail develop die
    difference different difficult dinner dirty discuss dog dollar door double doubt draw dream
    drink drive driver drop dry due during early easily east easy eat effect effort eight email
    employee end engineer english enjoy entire error especially euro evening event everybody
    everyone everything evidence exact exactly example excellent except exist expect expensive
    experience explain extra eye face fact fail fair fall family famous far fast father favorite
    favourite feel feet female field fight figure fill final finally find fine finger finish fire
    fish five fix flat floor flower fly folk follow food foot forever forget forgive form forth
    forward found four free friday friend friendly front fruit full fun funny future gap game
    garden general gentle girl glad glass goal god gold gonna great green ground group grow guess
    guy guys hair half hall hand happen happens happy hard hat hate head health hear heart heat
    heavy height held high history hit hold hole holiday home honest honestly hope horse hospital
    hot hotel hour house however huge human hundred hungry hurry hurt husband ice idea imagine
    immediately important impossible inside instance interested interesting internet issue january
    february march april june july august september october november december job join joke key
    kid kill kindly king kitchen knock knowledge lady land language large late lately later latter
    laugh law lazy lead learn leave left leg length lesson letter life light line little live
    local long longer lose lost lot lots loud love low luck lucky lunch machine magic mail main
    major male man manage manager map mark market married master match matter maybe meal meaning
    means meant medium meet meeting member men mention message middle midnight mile milk million
    mind minute mirror miss mistake moment monday money monster month moon morning mother mountain
    mouse mouth move movie music name names nature near nearly necessary neck neither nice night
    nine nobody noise noon normal normally north nose note notice noise obvious obviously ocean
    offer office often oil old older ones online open opinion option orange order ordinary
    otherwise outside owner page paid pain paint paper parent park part particular party pass past
    pay peace pen people perfect perhaps period person phone photo pick picture piece pizza place
    plain plan plane plant play player plenty plus pocket point police poor popular position
    possible power practice prefer prepare present president press pretty price private probably
    problem process product project promise proper proud prove public pull purple purpose push
    quarter queen question quick quickly quiet rain rained ran ready real reason recent recently
    red regard regular relax remain remind reply report rest restaurant result return rich ride
    river road rock role room round rule run sad safe said saturday save saw scale scary school
    science sea season seat second secret seem seems send sense sent separate serious seriously
    set seven several sex shape sheet shine ship shop short shot side sign silly similar simple
    simply sing single sister sit site six size skin sky sleep slow slowly small smart smile snow
    social soft solid somebody somehow sometimes somewhere son song sorry sound south space speak
    special specific spend spring square stand standard star start started state station stay step
    stick stone stop store storm story straight strange street strong student study stuff stupid
    subject success sudden suddenly suggest summer sun sunday super suppose surprise sweet swim
    system table tail taken talk tall taste tea teach teacher team telephone ten terrible test
    text thick thin third thought thousand three thursday ticket tie time times tiny tired title
    today told tomorrow tonight tooth top topic total touch tough tour town track trade traffic
    train travel treat tree tried trip trouble truck true trust truth tuesday turn twelve twenty
    twice type uncle understand unit university unlikely upset usual usually vacation value
    various video view village visit voice wait wake walk wall war warm wash watch water weather
    wednesday week weekend weight welcome west wet whenever wherever white wide wife wild win wind
    window wine winter wish woman women wonder wonderful wood word words work worked worker works
    world worry worse worst worth write wrong year years yellow yesterday young zero zone sunny
    weather president capital france germany bitcoin stock poem joke recipe translate ai bot
    machine email slack discord github python excel film films movie movies song book booking
    guest flight passenger patient client employee staff pupil shipment item invoice payment loan
    merchant transaction claim policy vehicle bike trip ride plant beer animal bird penguin
    diamond restaurant club league vote election apartment listing bedroom earn spent cost charge
    rate rated rating review visitor member user seller buyer driver pilot nurse doctor lawyer
    artist actor director author singer genre theme style brand removal deletion creation addition
    readme rollout
    """
)
