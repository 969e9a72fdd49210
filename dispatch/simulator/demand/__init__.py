"""Made-up towns, the people in them and what they ask for; the only package that imports Faker."""
