"""Common words of English, so that none of them is taken for a misspelt one."""

from __future__ import annotations

from bot.agent.offline.lexicon import words

COMMON: frozenset[str] = words(
    """
    abandon absence absent absolute abuse acid adds admit adopt adult advance advantage
    advertise affair affect afford affordable afraid age aged agency agent aid aim air airport
    alive allow allows alone aloud alter alternative amber ambulance amuse ancient anger angle
    angry announce annoy annual anxious apologise apology appears apple arm army arrange
    arrest arrival arrow arrows art article aside asset assist attack attempt attend attention
    attract aunt autumn avenue avoid awake award aware awful awkward axe baby background bake
    balance balcony balloon ban banana bang banker bankrupt barely bark barrel basket bath
    battery battle beach beam bean bear beard beat beauty bee beef beg begins behave belief
    believes bell belong belt bench bend benefit berry bet beyond bill bin bind birth biscuit
    bite bitter blame blank blanket bleed bless blind block blog blond blood bloom blow boat
    bomb bond bone bonus boom boot border bore bored born borrow bounce bow bowl brake branch
    brave bread breath breathe breed breeze brick bride brief bright brings broad broke bruise
    brush bubble bucket budget builds bump burn burst bury bush busiest butter buys cab cabin
    cable cage calm camera camp canal cancel cancer candle candy cap capable captain career
    cargo carpet carrot cart cash castle casual cease ceiling celebrate cell cent centre
    century ceremony chain chair chalk challenge changes chapter character charity charm chart
    chase cheaper cheat cheek cheer cheese chef chemical chest chicken chief chill chin chip
    chocolate churn cigarette cinema circle circus citizen civil clap clay clerk clever cliff
    climb clinic clock closed cloth cloud clue coach coal coast coat coin coldest collapse
    collection college comb combine comes comfort comment commit committee compete complain
    complaint complex compose concert condition conduct confident confirm conflict
    congratulate connect conscious consequence considers constant construct consult consume
    contain contest continues contract contrast contribute conversation convince cook cookie
    copper cord corn corner corridor costly cotton couch cough council courage court cousin
    cow crack craft crash cream creates credit crime criminal crisis critic crop cross crowd
    crown cruel cry cultural culture cup cure curious curl curtain curve custom cuts cycle
    damage damp dance danger dare data daughter dawn debate debt decade decent decides decline
    decorate deepest deer defeat defend degree delay delicate delicious delight deliver demand
    dentist deny depart depend deposit depth derive desert deserve design desire despair
    despite dessert destroy devil dial diary dice dies diet dig digit dine dip dirt disagree
    disappear disappoint disaster discount discover disease dish dislike distance distant
    district disturb dive divide divorce dock document dose dot doubtful dozen drag drama
    drawer dress driest drill drown drug drum duck dull dust duty eager eagle ear earth ease
    echo edge edit education effective efficient egg elbow elder eldest elect elegant elephant
    elevator embarrass emergency emotion empire employ empty enable encourage enemy energy
    engage engine enormous ensure enter entertain enthusiasm entrance envelope environment
    envy equipment era escape essay essential estate evil exam examine exchange excite excuse
    exercise exhibit exit expand expects expert explode explore export expose express extend
    extreme eyebrow fabric factory fade faint faith fake falls false fan fancy fare farm
    farmer fashion fastest fate fault favour fear feather feature federal fee feed feels
    fellow fence ferry fetch fever fierce filter firm fist flag flame flash flavour flesh
    float flood flour flow flu fluid fold follows fond fool forecast foreign forest fork
    formal fortune foul foundation fox frame freeze fresh fridge frog frost fry fuel fund
    funeral fur furniture gallery gang garage garbage gas gate gather gay gaze gear gender
    generous gets giant gift gives glance globe glove glow glue goat goes golf goodbye gossip
    govern government grab grace grade grain grand grandfather grandmother grant grass
    grateful grave grey grief grill grin grip grocery gross grows guard guide guilty guitar
    gun gym habit hail hammer handle handsome handy hang happiest harbour harm harvest heal
    healthiest heap hears heaviest heel hell helmet herb hero hesitate hide highway hill hint
    hip hire hobby holds holy honey honour hook hop horn horror host hottest household housing
    hug hunger hunt idle ignore ill illegal illness image impact import impress improve inch
    includes income index industry infant infect inform injure injury ink inn inner insect
    insert insist inspire install instruct insult insurance intend intent invent invest invite
    involve iron island jacket jail jam jar jaw jealous jeans jewel journal journey judge
    juice junior jury justice keen keeps kettle keyboard kick kidney kills kiss knee kneel
    knife knot knows lab label labour lack ladder lake lamb lamp lane lap laser latest laundry
    lawn layer leader leads leaf leak leaking lean leap learns leather leaves lecture legal
    lemon lend lets liar liberty library licence lid lift lightest likely limb limit lip
    liquid liquor listen literature liver lives load loaf lobby lock log logic lonely looks
    loop loose lord lorry loses loss lover loves loyal lump lung lying mad maid majority makes
    makeup mall mask mass mat mate math mature mayor meat medical medicine meets melt memory
    mend mental menu mercy mere mess metal midday migrate mild mineral minister minor
    miserable mist mix mixture mobile modern modest moist mood moral mosquito motor mould
    mount moves mud mug murder muscle museum mushroom musician mutual mystery myth nail naked
    narrow nasty nation native navy neat needle negative neighbour nephew nerve nest net
    network neutral newest niece nightmare nod nonsense nut oak obey object observe obtain
    occasion occupy odd offend offers officer omit onion opens oppose opposite organ origin
    outcome oven owe owl pace pack packet painful pair palace pale palm pan panic pant parade
    pardon parking parrot passes passion passport pasta paste pat path patience pattern pause
    pays pea peach peak peanut peasant peel peer pencil pension pepper perform perfume permit
    persuade pet petrol phrase piano pig pile pill pillow pin pine pink pint pipe pit pitch
    pity planet plaster plastic plate plays pleasant pleasure plot plug plumber poet poison
    pole polite pollution pool poorer pope port portion pose pot potato pound pour powder
    praise pray prayer precious pregnant prejudice pretend prevent previous prey pricey priest
    prince princess print prison prisoner prize profession professor profit profound progress
    prompt pronounce property protect protest provide provides province pub pulls pump punch
    punish pure purse quality quantity quarrel queue quietest quilt quit quote rabbit race
    racket radio rage rail raises rank rapid rare rat raw ray razor reach reaches react reads
    rear rebel receipt reckon recover refer reflect reform refuge refund refuse region regret
    reject relate relation release relief religion rely remains remarkable remedy remembers
    reopened reports requires rescue research reserve resign resist resolve resort resource
    respect respond responsible restore retire retreat reveal revenge reward rhythm rib ribbon
    rice richer rid rider ring rip rise risk rival roar roast rob robe robot rocket rod roof
    root rope rose rotten rough route routine row royal rub rubber rubbish rude rug ruin
    rumour runs rural rush sack sacred saddest sail sailor saint sake salad salary salt sand
    sandwich satisfy sauce sausage says scare scene schedule scissors scold scrap scratch
    scream screen screw seal search secretary secure seed seek seize seldom select selfish
    sell sells sends senior sensible sensitive sentence sergeant servant serve serves session
    sets settle severe sew shade shadow shake shallow shame shed sheep shelf shell shelter
    shield shift shirt shock shoe shoot shore shortest shoulder shout shower shows shrink shut
    shy sick sickest sigh sight signal silence silk silver sin sincere sink sir sits skate
    sketch skill skirt slave sleeve slice slide slight slim slip slope slowest smell smoke
    smooth snake soap sock soda sofa soil soldier solve soup sour spare spark speaks spell
    spends spicy spider spill spin spirit spit splendid spoil spoke spoken spoon sport spot
    spray spread spy stable stadium stage stair stamp stands stare starve statue stays steady
    steak steal steam steel steep steer stem stiff sting stir stomach stops storage stove
    strain strawberry stream strength stress stretch strike string strip stroke strongest
    struggle stubborn studio substance suburb suck suffer sugar suggests suicide suit sum
    summit supper supply support surface surgeon surgery surround survey survive suspect
    swallow swear sweat sweep swell swift swing switch sword symbol sympathy tablet tackle
    tailor takes talent tallest tank tap tape task tax taxi tear tease technical technique
    teenager tells temper temple tempt tend tennis tension tent term theatre theft theory
    thief thinks thirsty thread threat throat throne throw thumb thunder tide tidy tiger tight
    timber tin tip tissue tobacco toe toilet tomato tone tongue tool torch towel tower toy
    trace trail trap tray treasure treatment tremble trend trial triangle tribe trick triple
    tropical trousers trumpet trunk tube tune tunnel twin twist ugly umbrella unable
    understands uniform union unite universe upper urban urge urgent useful useless vain
    valley van vanish vary vase vegetable vein victim victory vinegar violent virtue virus
    vision vital volume volunteer voyage wage wagon waist waits walks wander warmest warn
    waste watches wave weak weakest wealth weapon weave wedding weed weekly weep weigh weird
    wettest wheat wheel whip whisper whistle wicked widow width willing wing winner wins wipe
    wire wise witness wolf wool worm worn worried wound wrap wreck wrist writes yard yawn yell
    yield younger zip zoo
    """
)
