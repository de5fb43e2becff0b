"""Questions over the tables, each with the answer that pandas gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd


@dataclass(frozen=True)
class Rows:
    """Whole rows in this order, told by the values of one column."""

    column: str
    values: list[Any]


@dataclass(frozen=True)
class First:
    """A ranking of groups whose first one is this."""

    group: Any


@dataclass(frozen=True)
class Anywhere:
    """Whole rows in any order, told by the values of one column."""

    column: str
    values: list[Any]


Expected: TypeAlias = Any
Answer: TypeAlias = Callable[[pd.DataFrame], Expected]


def share(flags: pd.Series) -> float:
    """Percent of rows."""
    return 100 * float(flags.mean())


def top(frame: pd.DataFrame, by: str, count: int, *, low: bool = False) -> Rows:
    """The first rows by a column."""
    ranked = frame[by].nsmallest(count) if low else frame[by].nlargest(count)
    return Rows(by, list(ranked))


GROWN: dict[str, list[tuple[str, Answer]]] = {
    "passengers": [
        ("average fare by class", lambda d: d.groupby("Pclass").Fare.mean()),
        ("how many survived?", lambda d: (d.Survived == 1).sum()),
        ("how many people died?", lambda d: (d.Survived == 0).sum()),
        ("share of missing ages", lambda d: share(d.Age.isna())),
        ("how many women in first class", lambda d: ((d.Sex == "female") & (d.Pclass == 1)).sum()),
        ("oldest passenger", lambda d: top(d, "Age", 1)),
        ("sum of fare for pclass 1", lambda d: d[d.Pclass == 1].Fare.sum()),
        ("percentage of survivors by sex", lambda d: d.groupby("Sex").Survived.mean() * 100),
        ("what's the survival rate of men?", lambda d: share(d[d.Sex == "male"].Survived == 1)),
        ("how many passengers are older than 60", lambda d: (d.Age > 60).sum()),
        ("mean age of survivors", lambda d: d[d.Survived == 1].Age.mean()),
        ("how many embarked in S?", lambda d: (d.Embarked == "S").sum()),
        ("number of passengers per port of embarkation",
         lambda d: d.groupby("Embarked", dropna=False).size()),
        ("how many passengers travelled in third class and survived",
         lambda d: ((d.Pclass == 3) & (d.Survived == 1)).sum()),
        ("median fare", lambda d: d.Fare.median()),
        ("the 5 most expensive tickets", lambda d: top(d, "Fare", 5)),
        ("what is the lowest fare", lambda d: d.Fare.min()),
        ("average age of men and women", lambda d: d.groupby("Sex").Age.mean()),
        ("how many have no cabin", lambda d: d.Cabin.isna().sum()),
        ("how many rows have a cabin", lambda d: d.Cabin.notna().sum()),
        ("how many children under 12 survived",
         lambda d: ((d.Age < 12) & (d.Survived == 1)).sum()),
        ("survival rate by class and sex",
         lambda d: d.groupby(["Pclass", "Sex"]).Survived.mean() * 100),
        ("average fare of women who survived",
         lambda d: d[(d.Sex == "female") & (d.Survived == 1)].Fare.mean()),
        ("count passengers aged between 20 and 30", lambda d: d.Age.between(20, 30).sum()),
        ("how many males are there?", lambda d: (d.Sex == "male").sum()),
        ("what percentage of passengers were in second class?", lambda d: share(d.Pclass == 2)),
        ("max, min and mean of fare", lambda d: (d.Fare.max(), d.Fare.min(), d.Fare.mean())),
        ("who paid the highest fare?", lambda d: top(d, "Fare", 1)),
        ("which class had the highest average fare?",
         lambda d: First(d.groupby("Pclass").Fare.mean().idxmax())),
        ("how many different ports are there in embarked", lambda d: d.Embarked.nunique()),
        ("how many passengers did not survive?", lambda d: (d.Survived == 0).sum()),
        ("what is the average number of siblings (SibSp) per class?",
         lambda d: d.groupby("Pclass").SibSp.mean()),
        ("how many passengers had more than 2 siblings aboard (SibSp)",
         lambda d: (d.SibSp > 2).sum()),
        ("correlation between age and fare", lambda d: d.Age.corr(d.Fare)),
        ("standard deviation of age", lambda d: d.Age.std()),
    ],
    "birds": [
        ("which island has the most penguins",
         lambda d: First(d.island.value_counts().idxmax())),
        ("max, min and mean of body mass",
         lambda d: (d.body_mass_g.max(), d.body_mass_g.min(), d.body_mass_g.mean())),
        ("rows per island and species", lambda d: d.groupby(["island", "species"]).size()),
        ("how many different species", lambda d: d.species.nunique()),
        ("how many penguins are there?", len),
        ("average body mass of gentoo penguins",
         lambda d: d[d.species == "Gentoo"].body_mass_g.mean()),
        ("heaviest penguin", lambda d: top(d, "body_mass_g", 1)),
        ("mean flipper length by species", lambda d: d.groupby("species").flipper_length_mm.mean()),
        ("how many adelie live on Dream?",
         lambda d: ((d.species == "Adelie") & (d.island == "Dream")).sum()),
        ("how many females per species",
         lambda d: d[d.sex == "FEMALE"].groupby("species").size()),
        ("median bill depth per species and sex",
         lambda d: d.groupby(["species", "sex"], dropna=False).bill_depth_mm.median()),
        ("what's the share of males?", lambda d: share(d.sex == "MALE")),
        ("how many birds weigh more than 4500 g", lambda d: (d.body_mass_g > 4500).sum()),
        ("the three lightest chinstraps",
         lambda d: top(d[d.species == "Chinstrap"], "body_mass_g", 3, low=True)),
        ("how many values are missing in sex", lambda d: d.sex.isna().sum()),
        ("correlation of flipper length and body mass",
         lambda d: d.flipper_length_mm.corr(d.body_mass_g)),
        ("how many penguins are not Adelie?", lambda d: (d.species != "Adelie").sum()),
        ("most common species", lambda d: First(d.species.value_counts().idxmax())),
        ("average bill length for penguins on Biscoe or Dream",
         lambda d: d[d.island.isin(["Biscoe", "Dream"])].bill_length_mm.mean()),
        ("count of penguins by species, largest first",
         lambda d: d.groupby("species").size()),
        ("90th percentile of body mass", lambda d: d.body_mass_g.quantile(0.9)),
        ("what is the longest bill?", lambda d: d.bill_length_mm.max()),
        ("which species is the heaviest on average?",
         lambda d: First(d.groupby("species").body_mass_g.mean().idxmax())),
        ("how many penguins have a flipper of at least 220 mm",
         lambda d: (d.flipper_length_mm >= 220).sum()),
        ("percentage of penguins per island",
         lambda d: d.island.value_counts(normalize=True) * 100),
    ],
    "meals": [
        ("count of rows where tip > 5", lambda d: (d.tip > 5).sum()),
        ("average tip on Sundays", lambda d: d[d.day == "Sun"].tip.mean()),
        ("top 3 days by total bill",
         lambda d: d.groupby("day").total_bill.sum().nlargest(3)),
        ("what is the average tip by day", lambda d: d.groupby("day").tip.mean()),
        ("how many smokers are there?", lambda d: d.smoker.sum()),
        ("how many non-smokers came for dinner",
         lambda d: (~d.smoker & (d.time == "Dinner")).sum()),
        ("total tips at lunch", lambda d: d[d.time == "Lunch"].tip.sum()),
        ("largest party", lambda d: top(d, "size", 1)),
        ("average bill of parties of 4", lambda d: d[d["size"] == 4].total_bill.mean()),
        ("do smokers tip more? average tip by smoker", lambda d: d.groupby("smoker").tip.mean()),
        ("mean total bill per day and time",
         lambda d: d.groupby(["day", "time"]).total_bill.mean()),
        ("which day has the highest average tip?",
         lambda d: First(d.groupby("day").tip.mean().idxmax())),
        ("how many meals cost between 10 and 20", lambda d: d.total_bill.between(10, 20).sum()),
        ("how many bills were above 40?", lambda d: (d.total_bill > 40).sum()),
        ("share of dinners", lambda d: share(d.time == "Dinner")),
        ("biggest tip on Saturday", lambda d: d[d.day == "Sat"].tip.max()),
        ("number of guests per day", lambda d: d.groupby("day").size()),
        ("average tip of women on Thursday",
         lambda d: d[(d.sex == "Female") & (d.day == "Thur")].tip.mean()),
        ("list the 10 largest bills", lambda d: top(d, "total_bill", 10)),
        ("how many tables had more than 4 people", lambda d: (d["size"] > 4).sum()),
        ("is there a correlation between total bill and tip?",
         lambda d: d.total_bill.corr(d.tip)),
        ("tip as a percentage of total bill", lambda d: 100 * d.tip.sum() / d.total_bill.sum()),
        ("how many rows are there per day, excluding Friday",
         lambda d: d[d.day != "Fri"].groupby("day").size()),
    ],
    "stones": [
        ("the five dearest diamonds", lambda d: top(d, "price", 5)),
        ("median price per cut", lambda d: d.groupby("cut").price.median()),
        ("correlation between carat and price", lambda d: d.carat.corr(d.price)),
        ("how many ideal diamonds are there", lambda d: (d.cut == "Ideal").sum()),
        ("average price of very good stones", lambda d: d[d.cut == "Very Good"].price.mean()),
        ("cheapest diamond over 1 carat",
         lambda d: top(d[d.carat > 1], "price", 1, low=True)),
        ("how many diamonds cost more than 10000?", lambda d: (d.price > 10_000).sum()),
        ("average carat by color and clarity",
         lambda d: d.groupby(["color", "clarity"]).carat.mean()),
        ("which cut is the most expensive on average",
         lambda d: First(d.groupby("cut").price.mean().idxmax())),
        ("how many stones have color D and clarity IF",
         lambda d: ((d.color == "D") & (d.clarity == "IF")).sum()),
        ("top 10 by carat", lambda d: top(d, "carat", 10)),
        ("total price of all diamonds", lambda d: d.price.sum()),
        ("min and max price by clarity",
         lambda d: d.groupby("clarity").price.agg(["min", "max"])),
        ("what is the average price of a diamond between 0.5 and 1 carat?",
         lambda d: d[d.carat.between(0.5, 1)].price.mean()),
        ("number of diamonds per color", lambda d: d.groupby("color").size()),
        ("how many cuts are there?", lambda d: d.cut.nunique()),
        ("price of the heaviest diamond", lambda d: top(d, "carat", 1)),
        ("average depth of premium or ideal cut",
         lambda d: d[d.cut.isin(["Premium", "Ideal"])].depth.mean()),
        ("share of diamonds below 1000 dollars", lambda d: share(d.price < 1000)),
    ],
    "orders": [
        ("revenue by city", lambda d: d.groupby("city").revenue.sum()),
        ("orders per month", lambda d: d.groupby(d.order_date.dt.to_period("M")
                                                 .dt.to_timestamp()).size()),
        ("how many orders in 2023?", lambda d: (d.order_date.dt.year == 2023).sum()),
        ("revenue in March 2024", lambda d: d[(d.order_date >= "2024-03-01")
                                              & (d.order_date < "2024-04-01")].revenue.sum()),
        ("how many orders were returned", lambda d: (d.returned == "yes").sum()),
        ("return rate by channel", lambda d: d.groupby("channel").returned
         .apply(lambda s: share(s == "yes"))),
        ("average units for web orders", lambda d: d[d.channel == "web"].units.mean()),
        ("total revenue per year", lambda d: d.groupby(d.order_date.dt.to_period("Y")
                                                       .dt.to_timestamp()).revenue.sum()),
        ("which product sold the most units?",
         lambda d: First(d.groupby("product").units.sum().idxmax())),
        ("how many orders from New York?", lambda d: (d.city == "New York").sum()),
        ("how many orders were not delivered yet (delivered_on missing)",
         lambda d: d.delivered_on.isna().sum()),
        ("how many orders used a coupon?", lambda d: d.coupon.notna().sum()),
        ("how many orders after 2024-06-30", lambda d: (d.order_date > "2024-06-30").sum()),
        ("orders before March 2023",
         lambda d: Anywhere("order_id", list(d[d.order_date < "2023-03-01"].order_id))),
        ("average revenue of sofas in Oslo",
         lambda d: d[(d["product"] == "sofa") & (d.city == "Oslo")].revenue.mean()),
        ("sum of units by product and channel",
         lambda d: d.groupby(["product", "channel"]).units.sum()),
        ("what was the biggest revenue in a single order", lambda d: d.revenue.max()),
        ("latest order", lambda d: top(d, "order_date", 1)),
        ("what's the average discount for returned orders?",
         lambda d: d[d.returned == "yes"].discount_pct.mean()),
        ("top 2 cities by revenue", lambda d: d.groupby("city").revenue.sum().nlargest(2)),
        ("how many orders without discount (discount_pct = 0)",
         lambda d: (d.discount_pct == 0).sum()),
        ("orders from Vienna or Lisbon by channel",
         lambda d: d[d.city.isin(["Vienna", "Lisbon"])].groupby("channel").size()),
    ],
    "staff": [
        ("average salary by department", lambda d: d.groupby("Department").Salary.mean()),
        ("who earns the most?", lambda d: top(d, "Salary", 1)),
        ("how many women work in engineering?",
         lambda d: ((d.Gender == "F") & (d.Department == "Engineering")).sum()),
        ("how many employees left?", lambda d: (d.left_company == "Yes").sum()),
        ("attrition rate by department: share of left company per department",
         lambda d: d.groupby("Department").left_company.apply(lambda s: share(s == "Yes"))),
        ("how many people work remotely", lambda d: d.remote.sum()),
        ("youngest manager", lambda d: top(d[d["Job Title"] == "manager"], "Age", 1, low=True)),
        ("hires per year", lambda d: d.groupby(d.hired_on.dt.to_period("Y")
                                               .dt.to_timestamp()).size()),
        ("how many were hired since 2020?", lambda d: (d.hired_on >= "2020-01-01").sum()),
        ("median salary of developers in the United Kingdom",
         lambda d: d[(d["Job Title"] == "developer")
                     & (d.Country == "United Kingdom")].Salary.median()),
        ("average performance score per country",
         lambda d: d.groupby("Country")["performance score"].mean()),
        ("how many have no performance score?", lambda d: d["performance score"].isna().sum()),
        ("how many earn less than 50000?", lambda d: (d.Salary < 50_000).sum()),
        ("total payroll: sum of salary by country",
         lambda d: d.groupby("Country").Salary.sum()),
        ("the 3 best paid clerks", lambda d: top(d[d["Job Title"] == "clerk"], "Salary", 3)),
        ("share of remote workers in Germany",
         lambda d: share(d[d.Country == "Germany"].remote)),
        ("which country has the fewest employees?",
         lambda d: First(d.Country.value_counts().idxmin())),
        ("number of employees by gender and job title",
         lambda d: d.groupby(["Gender", "Job Title"]).size()),
        ("longest serving employee", lambda d: top(d, "hired_on", 1, low=True)),
    ],
}  # fmt: skip
"""Written before the grammar; it was grown on these."""
