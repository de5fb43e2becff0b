"""How often letters beyond ASCII come in languages: the evidence for a guess of an encoding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import log
from typing import Final, Literal, TypeAlias

Family: TypeAlias = Literal[
    "west", "centre", "baltic", "turkish", "cyrillic", "greek", "hebrew", "arabic", "thai", "cjk"
]

_WRITTEN_WITH_LATIN: Final[tuple[tuple[str, Family, str], ...]] = (
    ("English", "west", "é3 è1 ï1 ñ1 ö1 ü1 ç1 á1 í1 ó1"),
    ("French", "west", "é200 à49 è33 ê18 ç13 ô5 â3 î3 ù3 û2 œ1 ï1"),
    ("German", "west", "ü63 ä47 ö27 ß18"),
    ("Spanish", "west", "ó58 í49 á40 é28 ñ17 ú12 ª1 º1"),
    ("Portuguese", "west", "ã84 é57 ç51 á42 í25 ê21 ó20 ú10 õ10 à8 â3 ô3 º1 ª1"),
    ("Italian", "west", "è30 à20 ù10 ò7 é5 ì5"),
    ("Catalan", "west", "é58 ó49 à36 í28 è28 ò22 ç11 ú11 ï3 ü2 á1"),
    ("Dutch", "west", "é4 ë4 ï1 è1"),
    ("Swedish", "west", "ä265 å205 ö145 é4"),
    ("Danish", "west", "å138 æ85 ø80 é4 ö2 ü1"),
    ("Norwegian", "west", "å202 ø86 æ23 é3 ö1"),
    ("Finnish", "west", "ä486 ö46 å1"),
    ("Icelandic", "west", "ð358 í209 á199 þ137 ó78 æ76 ö71 ú68 é63 ý19"),
    ("Czech", "centre", "í284 á220 ě167 ž116 ř107 é99 č90 š84 ý81 ů45 ú12 ň6 ď4 ť4 ó2"),
    ("Slovak", "centre", "á190 ž107 č104 ý101 í100 š89 é78 ú76 ť70 ľ44 ô24 ď19 ň14 ó11 ä9 ĺ1 ŕ1"),
    ("Polish", "centre", "ł145 ę129 ż98 ą88 ó77 ś72 ć52 ń16 ź7"),
    ("Hungarian", "centre", "é313 á278 ö94 ó80 ő73 ü48 í47 ú29 ű16"),
    ("Croatian", "centre", "š95 č73 ž56 ć46 đ19"),
    ("Slovene", "centre", "č140 š99 ž62 ć12 đ6"),
    ("Romanian", "centre", "ă279 ș60 ş60 î115 ț50 ţ50 â51"),
    ("Turkish", "turkish", "ı416 ü178 ş149 ç117 ğ91 ö76 â2 İ25"),
    ("Lithuanian", "baltic", "ė152 ų127 š118 ž87 ą74 į61 ū51 č35 ę17"),
    ("Latvian", "baltic", "ā398 ī187 ē170 š96 ū58 ņ45 ļ35 ž17 ķ11 ģ9 č7"),
    ("Estonian", "west", "ä130 õ110 ü80 ö25 š6 ž4"),
    ("Estonian", "baltic", "ä130 õ110 ü80 ö25 š6 ž4"),
)
"""Language, family, and letters with how often each comes in 10,000 letters of its texts."""

_NEIGHBOURS: Final = {
    "French": (
        "é rtd^snlmpgh $esrctplgdm|è irlmthcpg rsmtngv|ê r^mptuv tmc|à ^l $|ç ^nar ao|"
        "ô rtchp tlm|â ^brhlpgét tcgml|î ao tn|û osrd trl|ï ao ds$qnetcla|œ ^csn u|ù o $|"
        "ë oa l$t"
    ),
    "German": (
        "ä trlhwfmns^p ntrhusclg|ü fr^tlmbwkh rbchnst|ö hkrml^twfn rnshglftc|"
        "é rtlfnsm^dhp $rsetlmndc"
    ),
    "Spanish": (
        "ó itrclnszd n$m|í rldtcsnvuma a$sntco|á rmtlc^pnui n$strclm|é irutm^ldsnc $nsrtlcd|"
        "ñ aei oa|ú ^pgntmarbs nlbs$mta|ü gf eíir"
    ),
    "Portuguese": (
        "ã çsntrm o|ç anie ãaõ|á rt^lnmsjidv $rvstgl|é ^tmblrsupnv $mrstdc|"
        "í lrautscmvnf cdvsntl$arm|ó trspln^cmg rs$plgtdxc|ê crtdgiulv n$s|õ çshi e|"
        "ú ^npmadteri slbnmdrc|â tcrl^nmg nm|ô nrtmlpcv^d nm$|à ^ $s"
    ),
    "Italian": "à tr $|è ^h $|ò riutncl $|é h^nsrtm $re|ù is $|ì sdlru $",
    "Catalan": (
        "ó isml $n|à rtmlc^ind $rnsctlm|í ltrmuvsxdcn $stncmldf|è rutdlmnigcp n$srctid|"
        "é ^mrbtucv s$|ò rtlxncmp^s $rnmglsp|ç narl a$o|ú ^pmngrtdb sb$nlm|ï uae tndsclm|"
        "ü gq eèí|á ^msrlntzicb n$lsrzcg|ñ aieu oae"
    ),
    "Dutch": (
        "ë ie $nlr|é ^éhvrtfsdle $nélrts|ï eao nsdet|è ihcrn^bl r$nvms|ó óv^znimtr órn$fgk|"
        "ü me^gfrbudzk nrbslhmp|ö ormkhgj^ rnplhts$"
    ),
    "Swedish": (
        "ä v^lrtsjhnk rnltgsm|ö f^rhlksgtm rvsdkntgm|å prs^gvmlnth $rngtld|é drmtlnfsck $ner"
    ),
    "Danish": "æ vrlstnmkf^ rnlsgkt|ø fsr^klthgdb rdjgblns|å spm^gtfrn $rdeln|é ^dfnl n$tr",
    "Norwegian": (
        "ø jfrls^htd ryknsdltv|å ^psmnrgtfv $rtldn|æ vlnjbst r|é ^drtnsflm $nert|"
        "ö rgjm^kshf r$mntdslpg"
    ),
    "Finnish": "ä tälvskmnpj $äntislrmk|ö ytklinp ns$itkylmrp",
    "Icelandic": (
        "ð iareuæíó $iuas|á ^rjmnhlþ $lrtðsnkh|í ^lvrst $ksðnmtf|ó j^rtdksfþb rltðnksm$|"
        "æ rvtblhf^nsm ðtrkgmnl|ö jtl^hvsmr rlgnfðk|þ ^ earjáióvúo|ú ^rhnbjþt tns$ralik|"
        "é sfr^hl rltg$|ý nls^þrkd srnjðmt"
    ),
    "Czech": (
        "í njřcštvlmd $mckthsnl|á nvrklztdmh $nlvtmdcszk|ě nvtdm $lntjkdsrž|ř pt^oáaeědk eíi|"
        "é nkvltr $hm|č ^eaoiuínár enikíat$|ý nvktr $cmvrs|š ^uevjaiáoíy íetik$lna|"
        "ž ^ouaeáěíůr ei$índáo|ů rkdmptvnlch $msžvlj|ú ^ sčtpdřrznvk|ň eaoliždvíru $ouska|"
        "ť šasouyěr $aoá|ó zkgilmrptns nzldr|ď eauožěj $atá"
    ),
    "Slovak": (
        "á nrzlvtkmd $vclrtdmnsz|í nrtščlvdžsz $mckvsntr|ý nvktr $cmvsr|č ^oaeiúuná inaeoík|"
        "š ^evajuáyoin iteíka$pno|é nkvrtl $hm|ú j^nsktlr $cčstprdťzš|ž ^uoaeôáir ie$ndíak|"
        "ť aiseú $a|ľ eo^had akuon$m|ô mpdkr žsvlrzjc|ó rtligzkf nrpgdm|ň eda^omžyltk a$ou|"
        "ď e^vau a$|ä vmp čtzť|ĺ dpht žbň|ŕ mhkv tňmšn"
    ),
    "Polish": (
        "ł aiysogzkdpw ao$yeu|ą jiznkwlłst $cdt|ę ijztrknbdl $cdtkpż|ó rtkmpgwłcsn wrłdlżj|"
        "ś o^eyia c$ćlwm|ż ^aoeuóię ey$anod|ć aiśye $|ń aeoi s$c|ź deaó^ n$dlrwc"
    ),
    "Hungarian": (
        "á tlzvmrjs^nh lrsntgbkm|é ^tksmlvznrg srgnltkp|ö kt^znjlrd rzntlsvk|"
        "ó tlrzijbd^g $lsbktrdng|ő ltdzrns^f $lstkrdbzi|í z^slkhtdpgm trvngz|"
        "ü rzk^tslypfj lnkgt|ú ^tsmrjhyzi j$ltgrs|ű mrtynbzs $vnkslze"
    ),
    "Croatian": "š ia^oeu teaik$n|č ia^uo eikan|ž ^auore eianu|ć eiu^oa eia$|đ aeoru eau",
    "Slovene": "č oi^eaš eian$u|š ^iajoeu ekčitan$|ž ^oeura eianbj",
    "Romanian": "ă tcrslnpmzț $rtțsm|ț anieăcu^ iea|ș ^eaiu itea$|î ^ n|â mctrvpg ntr|ã cstnvfp $",
    "Turkish": (
        "ı rnlsdtmğkyş $nrlmkşz|ü dgt^lrmynks nr$zlmkşys|ş aiı^eu $taıielm|ğ aieıuo iıurle|"
        "ç ^iaeruü eiaıo$l|ö ^gsdbk rnzlyğs|â klh^g ln$yrhmk|î lrmndhbzk $"
    ),
    "Lithuanian": (
        "ė ndlrtkmbv $sjtlm|ų itjmnksr $|š i^aek iktav$eoysč|ž ^aduer iaemuoydtvn|"
        "ą mtjknsrilg $|į ^ntlrj $svrtž|ū btrikjms^ rstnkdp|č ineaš^usy i|ę ntlkvbrjmd $s"
    ),
    "Latvian": (
        "ā tnkjrmlpdvg $srktjdml|ī rtlzdncms btgvj$sdmnk|ē vplmrtdzsn jtrl$mskdc|"
        "š ^oeakurēāņ aiuo$āķ|ū bjtmrlsgļ tsrdkvpz|ņ ieazo^u aueišē|ļ kae^ēiuī auioā$ū|"
        "ž ead^iūāo auoāieē|ķ š^iraēe ieīē|ģ ē^eoauri ie|č ^anoi euai"
    ),
}
"""By language "letter before after|…": what usually stands before and after a letter.

`^` is the start of a word and `$` its end.
"""

_WRITTEN_OTHERWISE: Final[tuple[tuple[str, Family, str], ...]] = (
    ("Russian", "cyrillic", "оеаинтсрвлкмдпуяыгьбзчйжхшюцэщфёъ"),
    ("Ukrainian", "cyrillic", "оаніеивтрскудлмпзяьбгйчцхжїюшщєфґ"),
    ("Bulgarian", "cyrillic", "аоеитнсрвдклмпзяъгбчущжйцхшфюьѝ"),
    ("Serbian", "cyrillic", "аоеинрсјтудкмвлпгзбчшњцљћжхђфџ"),
    ("Macedonian", "cyrillic", "аоеинтсрдвкмлпугјзбшчцжќфњѓхџљѕ"),
    ("Belarusian", "cyrillic", "аніяеыортскўлдумпзьцбгчйшхжюэёф"),
    ("Greek", "greek", "ατοσιενρςπκμηυλίάόέγδωήχθύφώβξζψϊϋΐΰ"),
    ("Hebrew", "hebrew", "יוהלאתרבמשנעםדכחקפסגןצזטךףץ"),
    ("Arabic", "arabic", "اليمنورتعبدةهفكسأقحجىشصطخذإضثزغئءظآؤ"),
    ("Persian", "arabic", "ایرندهومبتسکشلزفخگعقجحپآچطصيضغظذثئكژأىء"),
    ("Thai", "thai", "านรก่อเงมย้ลวดทสตะปบคหแจพชขใไโผ์ซถศณษญธฟฐภฉฮฝฎฏฑฒฆฬฌึืิีุูัํ็๊๋ำๆฯ"),
)
"""Language, family, and letters from the most to the least frequent."""

_HIRAGANA: Final = (
    "のいてなにたしでるとはがかっをすもらうんれまだこりくあよさけきそやおどえわちめつねじせみゃろ"
    "ばずょごほべげへぎびむぶぞぐひぁぜざゆぱふぼづぇぬぽゅぉぷぴぅぺぃゞぢゐゑ"
)
_KATAKANA: Final = (
    "ーンスイトルッラリクアタドレロシカマジフプコメバムテチキグサブャオニデパィナウビエュダミセツ"
    "ズョハモネベガポボェケワノソピホゲァヤペゴギザヒォユヘゼヨヴ・ヶゾヌゥヲヅ"
)
_SIMPLIFIED: Final = (
    "的是一在不人有了我国这为中个大会们他来和年上以要到时对么能你就发可地生家出也说于学后成与过行"
    "用日多自现都没作下得开经还法动好方而公子事分之民主里政看吗本月所天新业同全定部最其进如前机美"
    "那当工关实小被但因长样理等什道去些面很心间区内电然力起体只着从并者高加想文问种员重及点将意合"
    "产三外由市无女已制网第情场名应西代正表真此位题相明资计建利系化期特性度果次给让两通教任比该东"
    "活手世提或使她物数立认怎知结入更总务话斯统目社展战做设安别信影己受解军司回把保平常见向海变报"
    "治台爱品北何接界论组件权选府议少它共运车至记又原金身式老路决科联视口处各持站量交万直反南打据"
    "基始再快水门十感程导传院才放今术强元完号图规改管划亚领际单头二尔需布达队片求非历每书指马广党"
    "几太先带游城办球色觉义级师专类约集告技团取儿参克史服格候调包请德必拉乐许造确气难吧收证称语山"
    "死线示条像流命根则近济京听英士价推标举争友干支委四续况准形男望官且走失言备容观华港质案钱查整"
    "未费空转较众神商风校字香啊首州料育创织却照亲识消研离具算欢哪型注源护连节周即投获音清增供五孩"
    "光项张息白构省律声演农究器边步喜局医象写"
)
_TRADITIONAL: Final = (
    "的是一在不人有了我國這為中個大會們他來和年上以要到時對麼能你就可地生發家出也說於學後成與過行"
    "用多日自現都沒作下得開經還法動好方而公子事分之民主政看裡嗎月本所天新業同全定部最其進如前機美"
    "那當工關實著小被但長因樣理等什去體些很心面區間內電然力道起從者高加想文問種員重並只及點將合產"
    "三網外意由市無女已第情場名西應正代真位表此題相資明計建化利期性度果次特給讓兩通教結任比該東活"
    "手世提或使她物立認怎數知入更總制話務統目社展戰做斯設安別影己受信解軍司把保平常回見海變報向治"
    "愛品北路何界論組權選府議臺少運它共記車至原又式金身導決老科視接口處各持站量萬交直反南基打始再"
    "程快件水際據門十感聯傳院才放今術強元完號圖規改管亞劃領達系單頭二需隊片布義求非爾每書指太馬廣"
    "黨歷先帶幾城遊球辦色覺師級專類史約集告技團取兒參服候像調包請格克必德樂拉許造確氣難吧收證稱語"
    "山死線示條流命根則近濟京聽英士價推舉友標爭委支四續況形男連望官且走失言備容華觀港空質案錢整未"
    "查費轉較料眾神商風校香啊字首州育創織卻照親消具研離準型算歡哪識護源節即周音投清增供五孩項張白"
    "息構獲省律聲光演農究器邊幹步喜醫局境希寫"
)
_KANJI: Final = (
    "人日大本出見一分時事中言思年行間気生自方上会子今前者的入月手国作合来何女全最無場動用目後発学"
    "話定当理高感性部地回新画使下実私物体知通力家同名対度業良多持開代金意内長関変所数戦要外社以取"
    "化明現食法結心世不好成俺楽味考能小立機書初面期少様田付違先員車山市解問連報近安番記加公売仕神"
    "教界特主表信東品電聞選終題悪必正二強男続真死道料決語他可野確文相美情水向切愛身受円集別始達彼"
    "元在活買着重三引位過有次海保経送点原利調制万白式第屋限設民直起待勝組得果店込運色放県指約流予"
    "置認読状参京政川応音誰口校島系残件産配天平想進常計素優欲由空議説際像風落士止然足単伝映線消早"
    "務演声格友係反殺質夫頭葉木和飲北乗供治転僕撃登交半広台親夜都個帰共張形録完存価基支願覚増投判"
    "王示害念術顔呼態失笑型絶難返育構容命朝告再写権試追影等検観量備号工週太軍探義装緒断光曲企住種"
    "収器町論験査石歳営古西君任役土周字護職病段婚技奴嫌院版視超注毎歌普十速望母資花非側馬値更団歩"
    "園魔載区村求象氏飛未急効離規済福科製師族提例割働移撮黒証細居警英丈休球低負満介率識類室米父駅"
    "火異攻接改統官訳程争頃去井隊復深藤派医展"
)
_SYLLABLES: Final = (
    "이다는에하고가을지의로서은아한어도기사니있를나해리시그요인들자일게대라으스수만보제면정주전부"
    "여거과장했상안마구었데오야내원우신적것성국되세위와무할동생소트드모미진문중말화공까러비습간없"
    "분조저입개터유계치월같경회선년때연실바음관용더명학네영교당작좋방려않합래발건된단재며각운금람"
    "행남물알차등통번르던두타후프겠체크랑식히너산역버임호포예결반잘님함심속업본레파직디감처런카못"
    "노았군받배매출양표피살든현많른법달난집민설였최형또불력키천걸강날울테싶청루종언약애코점워토추"
    "준께질외근태올참격렇름친초늘권온린따록목복새료편능열판별맞변메머티항필왜술누절확느특먹줄평씨"
    "럼브길급란돌박증송손뭐죽독죠좀즈론활막찾존곳될순환페품투얼향냐석봐및잡병광왔혼담져엔족볼짜글"
    "령책플녀완승축베육립총갈망쪽색백악북접앞긴커험끝쓰빠블류범침됐검힘응림김황희눈엄냥벌련창억움"
    "패겨클졌충뒤채릴케째셨왕첫견놓규협츠취렸끼션슨답럽뉴삼퍼폭획락써착찰큰돼팀잠밀닌돈량극봤쳐택"
    "랜뿐밤귀몇몰넘먼떤십놀쟁둘탄났줘떻허셔죄밖철얘쿠떠램캐갖굴갔탈듯혹뜻높몸잖슬센곡널켜링싸빨싫"
    "측릭웃갑홍농틀떨골쉬넷념득탁맛혀팔찬홈꺼"
)
_NAMES: Final = {
    "Chinese": (
        "李张刘陈杨黄赵吴周徐孙朱胡郭林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁沈"
        "姚卢傅钟姜崔谭廖范汪陆戴贾韦夏邱侯邹熊孟秦江薛尹段雷黎史龙陶贺顾毛郝龚邵严武孔汤芳伟娜敏"
        "静丽磊洋艳勇杰娟涛霞刚辉玲桂波鹏玉婷雪琳宁慧莉鑫晨宇浩轩涵欣怡佳琪津沪渝浙皖闽赣鲁豫鄂湘"
        "粤琼川黔滇陕甘疆蒙徽杭圳锡昌沙汉岛庆县镇乡街"
    ),
    "Traditional Chinese": (
        "陳林黃張李吳劉蔡楊許鄭謝郭洪曾邱廖賴徐周葉蘇莊呂江羅蕭潘簡朱鍾彭詹胡施沈余趙盧梁顏柯翁魏"
        "孫戴范宋鄧杜傅侯曹薛丁蔣唐卓藍馮姚董紀歐程湯康姜汪鄒尤淑芬惠雅婷怡君志豪俊傑宗翰縣鄉鎮鄰"
        "巷弄桃園雄竹栗彰投嘉屏蓮澎湖段"
    ),
    "Japanese": (
        "佐藤鈴木橋渡辺伊村林吉斎松井清阿池森崎川岡原谷太郎咲翔陽菜健翼恵裕府県区町浜神奈埼玉愛静"
        "兵庫福島仙札幌熊鹿児沖縄丁郡株"
    ),
    "Korean": "곽윤엽숙훈욱혁섭환찬빈희완규균춘옥순필칠군읍면",
}
"""Signs of names and places, which running text has less of than tables have."""

_REST: Final = 0.05
"""Share of letters that are of the family but not of the language, as in a foreign name."""
_HIGH_SHARE: Final = 0.04
"""Share of letters beyond ASCII in words written with Latin letters."""
_DECLINE: Final = 0.88
"""How much rarer each letter of an alphabet of 32 is than the one before it."""


@dataclass(frozen=True, slots=True)
class Language:
    """How likely its letters are.

    Attributes:
        name: In English.
        family: Languages that share their encodings.
        costs: Negative logarithm of a letter's probability, lower case.
        before: What usually stands before a letter; empty where that is not known.
        after: What usually stands after a letter.
    """

    name: str
    family: Family
    costs: dict[str, float]
    before: dict[str, str]
    after: dict[str, str]


@cache
def languages() -> tuple[Language, ...]:
    """All languages that are known."""
    return (*_latin(), *_ranked(), *_signs())


def _latin() -> list[Language]:
    found = []
    counts = {
        name: {part[0]: int(part[1:]) for part in text.split()}
        for name, _, text in _WRITTEN_WITH_LATIN
    }
    for name, family, _ in _WRITTEN_WITH_LATIN:
        kin = [counts[other] for other, its, _ in _WRITTEN_WITH_LATIN if its == family]
        shared = {letter for letters in kin for letter in letters}
        total = sum(counts[name].values())
        costs = dict.fromkeys(shared, -log(_HIGH_SHARE * _REST / 40))
        costs |= {
            letter: -log(_HIGH_SHARE * count / total) for letter, count in counts[name].items()
        }
        parts = [part.split(" ") for part in _NEIGHBOURS.get(name, "").split("|") if part]
        before = {letter: left for letter, left, _ in parts}
        after = {letter: right for letter, _, right in parts}
        found.append(Language(name, family, costs, before, after))
    return found


def _ranked() -> list[Language]:
    found = []
    for name, family, letters in _WRITTEN_OTHERWISE:
        shared = {letter for _, its, text in _WRITTEN_OTHERWISE if its == family for letter in text}
        costs = dict.fromkeys(shared, -log(_REST / 100))
        decline = _DECLINE ** (32 / len(letters))
        scale = (1 - decline) / (1 - decline ** len(letters)) * 0.85
        costs |= {letter: -log(scale * decline**rank) for rank, letter in enumerate(letters)}
        found.append(Language(name, family, costs, {}, {}))
    return found


def _signs() -> list[Language]:
    """Languages of many signs; only the usual ones are listed."""
    kana = _zipf(_HIRAGANA, share=0.4, flat=15) | _zipf(_KATAKANA, share=0.2, flat=25)
    written = {
        "Chinese": _SIMPLIFIED,
        "Traditional Chinese": _TRADITIONAL,
        "Japanese": _KANJI,
        "Korean": _SYLLABLES,
    }
    found = []
    for name, signs in written.items():
        share = 0.3 if name == "Japanese" else 0.75
        listed = "".join(dict.fromkeys(signs + _NAMES[name]))
        costs = _zipf(listed, share=share, flat=60) | (kana if name == "Japanese" else {})
        found.append(Language(name, "cjk", costs, {}, {}))
    return found


def _zipf(signs: str, *, share: float, flat: int) -> dict[str, float]:
    total = sum(1 / (rank + flat) for rank in range(len(signs)))
    return {sign: -log(share / total / (rank + flat)) for rank, sign in enumerate(signs)}
